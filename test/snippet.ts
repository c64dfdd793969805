import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './workspace.js';

/** A piece of TypeScript out of a document. */
export interface Snippet {
  /** Where it stands, for messages. */
  readonly place: string;
  readonly code: string;
}

/**
 * All fences marked `ts` of a Markdown text.
 *
 * A mark with anything after it is refused: an example that does not run is not one.
 */
export function snippetsOf(path: string, markdown: string): Snippet[] {
  const found: Snippet[] = [];
  let line = 0;
  let open: { line: number; mark: string; code: string[] } | undefined;
  for (const text of markdown.split('\n')) {
    line += 1;
    const fence = /^\s*```(.*)$/.exec(text);
    if (fence === null) open?.code.push(text);
    else if (open === undefined) open = { line, mark: fence[1]!.trim(), code: [] };
    else {
      if (/^(ts|typescript)\b./.test(open.mark))
        throw new Error(`${path}:${open.line}: a fence is marked "ts" and nothing else`);
      if (open.mark === 'ts')
        found.push({ place: `${path}:${open.line}`, code: open.code.join('\n') });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: the fence is not closed`);
  return found;
}

/**
 * The snippet as an ES module, where each statement that ends in `// => value` is asserted to have
 * that value: an expression its own, a declaration its variable's, `console.log(x)` that of `x`.
 */
export function withAssertions({ place, code }: Snippet): { module: string; assertions: number } {
  const file = ts.createSourceFile('snippet.ts', code, ts.ScriptTarget.ES2022, true);
  let out = '';
  let at = 0;
  let assertions = 0;
  const visit = (node: ts.Node): void => {
    const value = ts.isStatement(node) ? promised(code, node) : undefined;
    if (value === undefined) return ts.forEachChild(node, visit);
    const [kept, subject] = claim(node, file);
    const message = JSON.stringify(`${place}: ${node.getText(file)}`);
    out += `${code.slice(at, node.getStart(file))}${kept}`;
    out += `\nassertSame((${subject}), (${value}), ${message});`;
    at = node.end;
    assertions += 1;
  };
  visit(file);
  const source = `import { deepStrictEqual as assertSame } from 'node:assert';\n${out}${code.slice(at)}`;
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return {
    module: ts.transpileModule(source, { compilerOptions: options }).outputText,
    assertions,
  };
}

/** What the comment behind a statement says its value is. */
function promised(code: string, statement: ts.Node): string | undefined {
  const [comment] = ts.getTrailingCommentRanges(code, statement.end) ?? [];
  if (comment === undefined) return undefined;
  return /^\/\/ => (.+)$/.exec(code.slice(comment.pos, comment.end))?.[1];
}

/** What stays of the statement, and whose value is meant. */
function claim(statement: ts.Node, file: ts.SourceFile): [kept: string, subject: string] {
  if (ts.isVariableStatement(statement)) {
    const [declaration] = statement.declarationList.declarations;
    if (statement.declarationList.declarations.length === 1 && ts.isIdentifier(declaration!.name))
      return [statement.getText(file), declaration!.name.text];
  }
  if (!ts.isExpressionStatement(statement))
    throw new Error(
      `"// =>" stands behind an expression or one variable: ${statement.getText(file)}`,
    );
  const { expression } = statement;
  const logged =
    ts.isCallExpression(expression) && expression.expression.getText(file) === 'console.log'
      ? expression.arguments[0]
      : undefined;
  return ['', (logged ?? expression).getText(file)];
}

/**
 * Runs a module with this Node in a folder of its own, where `@ruvector/*` are the built packages,
 * as an installed copy would be.
 *
 * @returns what it printed on both streams, and its exit code; `null` after the deadline.
 */
export async function run(
  module: string,
  deadlineMs = 20_000,
): Promise<{ code: number | null; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'ruvector-snippet-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(ROOT, 'packages'), join(folder, 'node_modules/@ruvector'), 'junction');
    writeFileSync(join(folder, 'snippet.mjs'), module);
    const child = spawn(process.execPath, ['snippet.mjs'], { cwd: folder, timeout: deadlineMs });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { code, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
