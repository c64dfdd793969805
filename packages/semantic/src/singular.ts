/**
 * An English plural as its singular, by ending alone: "queries" → "query", "boxes" → "box",
 * "agents" → "agent", but "css", "status" and "analysis" stay. Being wrong now and then does no
 * harm, as both sides of a comparison are wrong alike; other languages mostly pass through.
 *
 * @see Harman, "How effective is suffixing?" (JASIS 1991), the S stemmer
 */
export function singular(word: string): string {
  if (word.length < 4 || !word.endsWith('s')) return word;
  if (/(?:ss|us|is)$/.test(word)) return word;
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:x|ch|sh|ss)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}
