/**
 * Columns of a line. Code is the formatter's affair: what it cannot break, such as one long string,
 * may be longer.
 */
const COLUMNS_MAX = 100;
/** Lines of a file. */
export const LINES_MAX = 400;

/** Which limit the text of a file breaks, each as a line `path:line: what`. */
export function overLimits(path: string, text: string): string[] {
  const lines = linesOf(text);
  const wide = lines.flatMap((line, n) =>
    isTooWide(line) ? [`${path}:${n + 1}: the line has ${line.length} columns`] : [],
  );
  if (lines.length <= LINES_MAX || saysWhy(text)) return wide;
  return [`${path}:${LINES_MAX}: the file has ${lines.length} lines`, ...wide];
}

export const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

/** In its first comment: "Longer than 400 lines: one table." */
function saysWhy(text: string): boolean {
  const [comment = ''] = /^(\/\*[^]*?\*\/|(\/\/.*\n)+)/.exec(text) ?? [];
  return /Longer than \d+ lines: \w/.test(comment);
}

/** A comment, or one behind code, that ends beyond the limit. */
const isTooWide = (line: string): boolean =>
  line.length > COLUMNS_MAX && /^\s*\*|\/\/|\/\*/.test(withoutStrings(line));

const withoutStrings = (line: string) => line.replace(/(['"`])(?:\\.|(?!\1).)*\1/g, '');
