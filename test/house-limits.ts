/**
 * Columns of a line. Code is the formatter's: what it cannot break, one long string, may be longer.
 */
const COLUMNS_MAX = 100;
/** Lines of a file of sources or scripts; a test is read by its titles, and may be longer. */
export const LINES_MAX = 400;
export const TEST_LINES_MAX = 700;

/** Which limit the text of a file breaks, each as a line `path:line: what`. */
export function overLimits(path: string, text: string): string[] {
  const lines = linesOf(text);
  const linesMax = /(^|\/)test\//.test(path) ? TEST_LINES_MAX : LINES_MAX;
  const tooLong =
    lines.length > linesMax && !saysWhy(text)
      ? [`${path}:${linesMax}: the file has ${lines.length} lines`]
      : [];
  return [
    ...tooLong,
    ...lines.flatMap((line, n) =>
      isTooWide(line) ? [`${path}:${n + 1}: the line has ${line.length} columns`] : [],
    ),
  ];
}

export const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

/**
 * A longer file says why in its first comment: "Longer than 400 lines: one table, looked up whole."
 */
const saysWhy = (text: string): boolean =>
  /^(#!.*\n)?(\/\/.*\n)*?\/\/ Longer than \d+ lines: \w/.test(text) ||
  /^\/\*\*?[^/]*?Longer than \d+ lines: \w/.test(text);

function isTooWide(line: string): boolean {
  if (line.length <= COLUMNS_MAX) return false;
  if (/^\s*(\/\/|\/\*|\*)/.test(line)) return true;
  const comment = /\s\/\/ [^'"`]*$/.exec(line);
  return comment !== null;
}
