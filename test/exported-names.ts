import { join, relative } from 'node:path';
import ts from 'typescript';
import { libraries, ROOT, type Manifest } from './workspace.js';

/** A name that a package exports, whatever doors lead to it. */
export interface ExportedName {
  readonly name: string;
  /** Where it is declared, such as `packages/core/src/bytes.ts:12`. */
  readonly place: string;
  readonly isDocumented: boolean;
  /** It can be called or constructed. */
  readonly isCallable: boolean;
  /** In its own comment, or in that of one of its members. */
  readonly hasExample: boolean;
  /** Its members whose type does not say enough, and that have no comment; by name. */
  readonly unexplained: readonly string[];
}

/** The source files behind all doors of all packages. */
export const doorFiles = (): string[] =>
  libraries().flatMap(({ folder, manifest }) =>
    sourcesBehind(manifest.exports).map((path) => join(ROOT, folder, path)),
  );

function sourcesBehind(conditions: Manifest['exports'] | unknown): string[] {
  if (typeof conditions === 'string') return conditions.startsWith('./src/') ? [conditions] : [];
  return Object.values(conditions ?? {}).flatMap(sourcesBehind);
}

/** Every name that can be imported from the sources at these paths, each once. */
export function exportedNames(paths: readonly string[]): ExportedName[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), ts.sys.readFile).config,
    ts.sys,
    ROOT,
  );
  const program = ts.createProgram(paths, { ...options, composite: false, noEmit: true });
  const checker = program.getTypeChecker();
  const symbols = new Set<ts.Symbol>();
  for (const path of paths) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(path)!);
    for (const symbol of module ? checker.getExportsOfModule(module) : [])
      symbols.add(symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  }
  return [...symbols].map((symbol) => describeSymbol(symbol, checker));
}

function describeSymbol(symbol: ts.Symbol, checker: ts.TypeChecker): ExportedName {
  const value = checker.getTypeOfSymbol(symbol);
  const members = membersOf(symbol, checker);
  return {
    name: symbol.name,
    place: placeOf(symbol),
    isDocumented: isDocumented(symbol, checker),
    isCallable: value.getCallSignatures().length + value.getConstructSignatures().length > 0,
    hasExample: [symbol, ...members].some((each) =>
      each.getJsDocTags(checker).some((tag) => tag.name === 'example'),
    ),
    unexplained: members
      .filter((member) => needsComment(member, checker) && !isDocumented(member, checker))
      .map((member) => member.name),
  };
}

/** By sentences, or by a tag that says something; an example alone does not say enough. */
const isDocumented = (symbol: ts.Symbol, checker: ts.TypeChecker) =>
  symbol.getDocumentationComment(checker).length > 0 ||
  symbol.getJsDocTags(checker).some((tag) => tag.name !== 'example');

/** Members declared in sources, of an interface, a class or an alias of object types. */
function membersOf(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol[] {
  if (!(symbol.flags & (ts.SymbolFlags.Type | ts.SymbolFlags.Class))) return [];
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const parts = type.isUnion() ? type.types : [type];
  const members = parts.flatMap((part) => checker.getPropertiesOfType(part));
  return [...new Set(members)].filter((member) =>
    member.declarations?.some(
      (declaration) =>
        !declaration.getSourceFile().isDeclarationFile &&
        !ts.isPrivateIdentifier((declaration as ts.NamedDeclaration).name ?? declaration) &&
        !(ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private),
    ),
  );
}

/**
 * What a type cannot say: what a method does, what leaving out a property means, and the unit and
 * the range of a number.
 */
function needsComment(member: ts.Symbol, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeOfSymbol(member);
  if (type.flags & ts.TypeFlags.Undefined) return false; // there is nothing to leave out
  if (member.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Optional)) return true;
  return (type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike)) !== 0;
}

function placeOf(symbol: ts.Symbol): string {
  const declaration = symbol.declarations![0]!;
  const file = declaration.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart());
  return `${relative(ROOT, file.fileName).replaceAll('\\', '/')}:${line + 1}`;
}
