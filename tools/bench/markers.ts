const NAME = '[a-z0-9-]+/[a-z0-9-]+';
const PAIR = new RegExp(`<!-- bench:(${NAME}) -->[^]*?<!-- /bench:\\1 -->`, 'g');

/** The benches whose tables a text wants, in its order. */
export const markedBenches = (text: string): string[] =>
  [...text.matchAll(PAIR)].map((match) => match[1]!);

/** A text without what stands between its markers. */
export const withoutTables = (text: string): string => text.replace(PAIR, '');

/** Puts the table of a bench between its markers; a text without these stays as it is. */
export const withTable = (text: string, name: string, table: string): string =>
  text.replace(PAIR, (pair, marked) =>
    marked === name ? `<!-- bench:${name} -->\n\n${table}\n\n<!-- /bench:${name} -->` : pair,
  );
