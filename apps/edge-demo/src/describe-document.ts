import type { CorpusDocument } from './corpus.js';

const DESCRIPTION_CHARS_MAX = 600;
const LINES_MAX = 400;

/**
 * What a document is about, in its own words: its name, title and first sentences without markup.
 * This is what a task says of itself, so it decides which worker gets it.
 *
 * @example
 * const text = '# Glob\n\nMatch [files](x).';
 * describeDocument({ id: 'a.md', text }); // => 'a. Glob. Match files.'
 */
export function describeDocument({ id, text }: CorpusDocument): string {
  const name = id.replace(/@[^@/]*\/README\.md$/, '').replace(/\.[a-z]+$/i, '');
  const parts = [name];
  let chars = name.length;
  for (const line of text.split('\n', LINES_MAX)) {
    if (chars > DESCRIPTION_CHARS_MAX) break;
    const plain = plainLine(line);
    if (!/\p{L}{2}/u.test(plain)) continue;
    parts.push(plain);
    chars += plain.length + 2;
  }
  return cut(parts.join('. ').replace(/([.!?:])\. /g, '$1 '), DESCRIPTION_CHARS_MAX);
}

/** A line of markdown as a reader sees it: no badges, addresses, tags or signs. */
function plainLine(line: string): string {
  return line
    .slice(0, 4 * DESCRIPTION_CHARS_MAX)
    .replace(/!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])/g, ' ')
    .replace(/\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])/g, '$1')
    .replace(/^\s*\[[^\]]*\]:.*$/, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\bhttps?:\/\/\S+/g, ' ')
    .replace(/[`*]+/g, '')
    .replace(/[_#>|=~-]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The first `chars` UTF-16 code units, less one where that would halve a character. */
function cut(text: string, chars: number): string {
  const whole = text.slice(0, chars);
  return /[\uD800-\uDBFF]$/.test(whole) ? whole.slice(0, -1) : whole;
}
