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
    if (/^\s*~~~/.test(text)) throw new Error(`${path}:${line}: a fence is made of backticks`);
    const fence = /^\s*```(.*)$/.exec(text);
    if (fence === null) open?.code.push(text);
    else if (open === undefined) open = { line, mark: fence[1]!.trim(), code: [] };
    else {
      const promises = open.code.some((row) => row.includes('// =>'));
      if (open.mark !== 'ts' && (/^(ts|typescript)\b/.test(open.mark) || promises))
        throw new Error(`${path}:${open.line}: a fence of code is marked "ts" and nothing else`);
      if (open.mark === 'ts')
        found.push({ place: `${path}:${open.line}`, code: open.code.join('\n') });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: the fence is not closed`);
  return found;
}

/**
 * The examples in the doc comments of a source file: the lines behind `@example`, up to the next
 * tag.
 */
export function docExamplesOf(path: string, source: string): Snippet[] {
  const found: Snippet[] = [];
  for (const comment of source.matchAll(/\/\*\*\n[\s\S]*?\*\//g)) {
    const lines = comment[0].split('\n').map((line) => line.replace(/^\s*\*(\/| ?)/, ''));
    const first = source.slice(0, comment.index).split('\n').length;
    let open: string[] | undefined;
    for (const [n, line] of lines.entries()) {
      if (/^@\w/.test(line)) open = undefined;
      open?.push(line);
      if (!line.startsWith('@example')) continue;
      const code = (open = []);
      found.push({
        place: `${path}:${first + n}`,
        get code() {
          return code.join('\n');
        },
      });
    }
  }
  return found;
}

/**
 * The snippet as JavaScript that calls `assertSame(actual, expected, message)` for each statement
 * that ends in `// => value`: an expression has that value, a declaration gives it to its variable,
 * `console.log(x)` shows it.
 */
export function withAssertions({ place, code }: Snippet): string {
  const file = ts.createSourceFile('snippet.ts', code, ts.ScriptTarget.ES2022, true);
  let out = '';
  let at = 0;
  const visit = (node: ts.Node): void => {
    const value = ts.isStatement(node) ? promised(code, node) : undefined;
    if (value === undefined) return ts.forEachChild(node, visit);
    const [kept, subject] = claim(node, file);
    const message = JSON.stringify(`${place}: ${node.getText(file)}`);
    out += `${code.slice(at, node.getStart(file))}${kept}`;
    out += `\nassertSame((${subject}), (${value}), ${message});`;
    at = node.end;
  };
  visit(file);
  const told = out.split('\nassertSame((').length - 1;
  if (told !== code.split('// =>').length - 1)
    throw new Error(`${place}: a "// =>" stands where no statement ends`);
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(out + code.slice(at), { compilerOptions: options }).outputText;
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

/** A new folder, where `@ruvector/*` are the built packages, as an installed copy would be. */
export function userFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ruvector-snippet-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(ROOT, 'packages'), join(folder, 'node_modules/@ruvector'), 'junction');
  return folder;
}

/**
 * Runs a module with this Node, `assertSame` defined, in a `userFolder` of its own.
 *
 * @returns what it printed on both streams, and its exit code; `null` after the deadline.
 */
export async function run(
  module: string,
  deadlineMs = 20_000,
): Promise<{ code: number | null; output: string }> {
  const folder = userFolder();
  try {
    const head = `import { deepStrictEqual as assertSame } from 'node:assert';\n`;
    writeFileSync(join(folder, 'snippet.mjs'), head + module);
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
