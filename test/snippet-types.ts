import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { userFolder, type Snippet } from './snippet.js';
import { ROOT } from './workspace.js';

/** A snippet with what it may use unasked. */
export interface TypedSnippet extends Snippet {
  /** Doors whose names are in scope; of two with one name the last has it. */
  readonly doors: readonly string[];
}

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules/@types')],
  noEmit: true,
  skipLibCheck: true,
};

/**
 * What the compiler says of snippets, a line an error, in the types that a user of the built
 * packages gets. All are checked at once: the time goes into reading the types, not the snippets.
 */
export function typeErrors(snippets: readonly TypedSnippet[]): string[] {
  const folder = userFolder();
  try {
    const host = cachingHost();
    const doors = [...new Set(snippets.flatMap((snippet) => snippet.doors))];
    const names = namesOf(doors, join(folder, 'doors.mts'), host);
    const byPath = new Map(snippets.map((snippet, n) => [join(folder, `s${n}.mts`), snippet]));
    for (const [path, snippet] of byPath) writeFileSync(path, moduleOf(snippet, names));
    const program = ts.createProgram([...byPath.keys()], OPTIONS, host);
    return [...byPath].flatMap(([path, snippet]) => {
      const file = program.getSourceFile(path)!;
      const found = [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
      ];
      return found.map((diagnostic) => messageOf(diagnostic, snippet));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads each file once, although there are two programs. */
function cachingHost(): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  const files = new Map<string, ts.SourceFile | undefined>();
  return {
    ...host,
    getSourceFile(path, ...how) {
      if (!files.has(path)) files.set(path, host.getSourceFile(path, ...how));
      return files.get(path);
    },
  };
}

/** The names behind each door, types too. */
function namesOf(doors: readonly string[], path: string, host: ts.CompilerHost) {
  writeFileSync(path, doors.map((door) => `import '${door}';\n`).join(''));
  const program = ts.createProgram([path], OPTIONS, host);
  const checker = program.getTypeChecker();
  const imports = program.getSourceFile(path)!.statements as ts.NodeArray<ts.ImportDeclaration>;
  return new Map(
    imports.map(({ moduleSpecifier }, n) => {
      const module = checker.getSymbolAtLocation(moduleSpecifier);
      if (module === undefined)
        throw new Error(`${doors[n]} has no types: pnpm run build makes them`);
      return [doors[n]!, checker.getExportsOfModule(module).map(({ name }) => name)] as const;
    }),
  );
}

const IMPORT = /^import [^;]*;$/gm;

/** The snippet as a module. Its lines keep their places, below one line of imports. */
function moduleOf({ code, doors }: Snippet & TypedSnippet, names: ReadonlyMap<string, string[]>) {
  if (doors.length === 0) return `export {};\n${code}`;
  const own = (code.match(IMPORT) ?? []).join(' ');
  const owners = new Map(doors.flatMap((door) => names.get(door)!.map((name) => [name, door])));
  const has = (text: string, name: string) => new RegExp(`\\b${name}\\b`).test(text);
  const given = [...owners]
    .filter(([name]) => has(code, name) && !has(own, name))
    .map(([name, door]) => `import { ${name} } from '${door}';`);
  const rest = code.replace(IMPORT, (text) => text.replace(/[^\n]/g, ''));
  // in a block of its own, so that an example may call a variable like an export
  return `${given.join(' ')} ${own.replaceAll('\n', ' ')} export {}; {\n${rest}\n}`;
}

function messageOf({ file, start, messageText }: ts.Diagnostic, { place }: Snippet): string {
  const { line } = file!.getLineAndCharacterOfPosition(start!);
  const [, path, first] = /^(.*):(\d+)$/.exec(place)!;
  return `${path}:${Number(first) + line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
