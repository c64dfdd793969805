import { checkObject, checkText, fromUtf8, MalformedError, utf8 } from '@ruvector/core';

const KEY_CHARS_MAX = 512;
/** So that a command fits into one of Raft's, whatever characters it has. */
export const VALUE_CHARS_MAX = 80_000;

/** What changes the store. `expected: null` means that there is no such key. */
export type Command =
  | { readonly op: 'put'; readonly key: string; readonly value: string }
  | {
      readonly op: 'cas';
      readonly key: string;
      readonly expected: string | null;
      readonly value: string;
    }
  | { readonly op: 'delete'; readonly key: string };

/** What a command led to: the value before, and whether anything was changed. */
export interface Outcome {
  readonly changed: boolean;
  readonly before: string | null;
}

/** A key as this store takes it. @throws TypeError or RangeError */
export const checkKey = (key: unknown): string =>
  checkText('key', key, { min: 1, max: KEY_CHARS_MAX });

/** A value as this store takes it. @throws TypeError or RangeError */
export const checkValue = (name: string, value: unknown): string =>
  checkText(name, value, { max: VALUE_CHARS_MAX });

export const encode = (value: Command | Outcome): Uint8Array => utf8(JSON.stringify(value));

/** Reads what `encode` wrote. @throws MalformedError for anything else */
export function decodeCommand(bytes: Uint8Array): Command {
  const { op, key, value, expected = null } = parse(bytes);
  try {
    if (op === 'put') return { op, key: checkKey(key), value: checkValue('value', value) };
    if (op === 'delete') return { op, key: checkKey(key) };
    if (op === 'cas')
      return {
        op,
        key: checkKey(key),
        expected: expected === null ? null : checkValue('expected', expected),
        value: checkValue('value', value),
      };
  } catch (cause) {
    throw new MalformedError('a command with a bad field', {}, { cause });
  }
  throw new MalformedError(`an unknown command: ${String(op).slice(0, 60)}`);
}

/** Reads what the store answered. @throws MalformedError */
export function decodeOutcome(bytes: Uint8Array): Outcome {
  const { changed, before } = parse(bytes);
  if (typeof changed !== 'boolean' || (before !== null && typeof before !== 'string'))
    throw new MalformedError('no outcome of a command');
  return { changed, before };
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    return checkObject('command', JSON.parse(fromUtf8(bytes)) as Record<string, unknown>);
  } catch (cause) {
    throw new MalformedError('neither a command nor an outcome', {}, { cause });
  }
}
