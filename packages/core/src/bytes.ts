import { MalformedError } from './errors.js';

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The UTF-8 of a text, a new array. A lone surrogate becomes U+FFFD, as three bytes.
 *
 * @example
 * utf8('é').length; // => 2
 */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * Strict: a byte that is not UTF-8 is an `ERR_MALFORMED`, a byte order mark is kept.
 *
 * @example
 * fromUtf8(Uint8Array.of(104, 105)); // => 'hi'
 */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new MalformedError('text is not valid UTF-8', { bytes: bytes.length }, { cause });
  }
}

/**
 * All parts one behind the other, copied.
 *
 * @example
 * concatBytes(Uint8Array.of(1), Uint8Array.of(2, 3)); // => Uint8Array.of(1, 2, 3)
 */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * Compares public bytes; stops at the first difference, so not for secrets.
 *
 * @example
 * equalBytes(Uint8Array.of(1), Uint8Array.of(1)); // => true
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const HEX = '0123456789abcdef';

/**
 * Two lower-case digits a byte.
 *
 * @example
 * toHex(Uint8Array.of(0, 255)); // => '00ff'
 */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte >> 4]! + HEX[byte & 15]!;
  return text;
}

/**
 * Lower-case hexadecimal only, so that bytes have one spelling.
 *
 * @example
 * fromHex('00ff'); // => Uint8Array.of(0, 255)
 */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text))
    throw new MalformedError('text is not lower-case hexadecimal', { length: text.length });
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Base64url without padding (RFC 4648 §5).
 *
 * @example
 * toBase64Url(Uint8Array.of(251, 255)); // => '-_8'
 */
export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const triple = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const chars = Math.min(bytes.length - i, 3) + 1;
    for (let c = 0; c < chars; c++) text += BASE64URL[(triple >> (18 - 6 * c)) & 63]!;
  }
  return text;
}

/**
 * Strict: no padding, no white space, no spare bits, so that bytes have one spelling.
 *
 * @example
 * fromBase64Url('-_8'); // => Uint8Array.of(251, 255)
 */
export function fromBase64Url(text: string): Uint8Array {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const char of text) {
    const value = BASE64URL.indexOf(char);
    if (value < 0) throw new MalformedError('text is not base64url', { length: text.length });
    held = ((held << 6) | value) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 0xff;
    }
  }
  if (text.length % 4 === 1 || (held & ((1 << bits) - 1)) !== 0)
    throw new MalformedError('text is not base64url in its one spelling', { length: text.length });
  return out;
}
