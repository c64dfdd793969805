import { toBase64Url, toHex } from '../../bytes.js';
import { assertTrue } from '../assertions.js';

const WINDOW_BYTES = 6; // a multiple of 3, so that base64 of a part stands in base64 of the whole
const LEVELS = 3;

/**
 * Throws unless `error` is an error in which nothing of `secret` is to be read, in any usual
 * spelling.
 */
export function assertTellsNothing(error: unknown, secret: Uint8Array, what: string): void {
  assertTrue(error instanceof Error, `${what}: no error was thrown`);
  const told = allText(error, LEVELS).join('\n').toLowerCase();
  for (let at = 0; at + WINDOW_BYTES <= secret.length; at++)
    for (const spelling of spellings(secret.subarray(at, at + WINDOW_BYTES)))
      // not in words that name the spelling, which would repeat it
      assertTrue(!told.includes(spelling), `${what}: the error repeats bytes from ${at} on`);
}

function spellings(bytes: Uint8Array): string[] {
  const base64Url = toBase64Url(bytes);
  const decimals = [', ', ',', ' '].map((separator) => bytes.join(separator));
  const hexadecimal = [toHex(bytes), Array.from(bytes, (b) => toHex(Uint8Array.of(b))).join(' ')];
  const base64 = [base64Url, base64Url.replaceAll('-', '+').replaceAll('_', '/')];
  const text = String.fromCharCode(...bytes);
  return [...decimals, ...hexadecimal, ...base64, text].map((spelling) => spelling.toLowerCase());
}

/**
 * Every text in a value and its properties, hidden ones such as `message` and `cause` too, in what
 * a map or set holds, and what an error says when it is made text.
 */
function allText(value: unknown, levels: number): string[] {
  if (typeof value === 'function') return [];
  if (value instanceof ArrayBuffer) return [new Uint8Array(value).join()];
  if (ArrayBuffer.isView(value)) return allText(value.buffer, levels);
  if (typeof value !== 'object' || value === null) return [String(value)];
  if (levels === 0) return [];
  if (Array.isArray(value)) return [value.join(), ...value.flatMap((v) => allText(v, levels - 1))];
  if (value instanceof Map || value instanceof Set) return allText([...value], levels);
  const said = value instanceof Error ? [String(value)] : [];
  const own = Reflect.ownKeys(value).map((key) => (value as Record<PropertyKey, unknown>)[key]);
  return [...said, ...own.flatMap((property) => allText(property, levels - 1))];
}
