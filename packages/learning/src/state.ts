import { type ByteReader, type ByteWriter, checkInteger, checkText } from '@ruvector/core';
import { UTF8_BYTES_PER_UNIT } from './limits.js';

/** A state: a string of up to 256 UTF-16 units or a safe integer. 1 and '1' are two states. */
export type State = string | number;

/** An action: the same forms as a state; 1 and '1' are two actions. */
export type Action = string | number;

export const ACTIONS_MAX = 1024;

const CHARS_MAX = 256;
const INTEGER = 0;
const TEXT = 1;
const TERMINAL = 2;

export function checkState(name: string, value: unknown): State {
  if (typeof value === 'number') return checkInteger(name, value) + 0; // -0 becomes 0
  return checkText(name, value, { max: CHARS_MAX });
}

/** The list of actions, checked: 1 to 1,024, all different. A number n stands for 0 … n − 1. */
export function checkActions(actions: readonly Action[] | number): readonly Action[] {
  if (typeof actions === 'number') {
    checkInteger('actions', actions, { min: 1, max: ACTIONS_MAX });
    return Array.from({ length: actions }, (_, i) => i);
  }
  if (!Array.isArray(actions)) throw new TypeError(`actions must be an array, got ${actions}`);
  checkInteger('actions.length', actions.length, { min: 1, max: ACTIONS_MAX });
  const list = actions.map((action: unknown, i) => checkState(`actions[${i}]`, action));
  if (new Set(list).size < list.length) throw new RangeError('actions must all be different');
  return list;
}

/** A total order of states that is the same everywhere: integers, then strings. */
export function compareStates(a: State, b: State): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  if (typeof b === 'number') return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One byte of kind, then f64 or text; `undefined`, the end of an episode, is the kind alone. */
export function writeState(writer: ByteWriter, state: State | undefined): void {
  if (state === undefined) writer.u8(TERMINAL);
  else if (typeof state === 'number') writer.u8(INTEGER).f64(state);
  else writer.u8(TEXT).text(state);
}

export function readState(reader: ByteReader): State | undefined {
  const kind = reader.u8();
  if (kind === TERMINAL) return undefined;
  if (kind === TEXT) {
    const text = reader.text(CHARS_MAX * UTF8_BYTES_PER_UNIT);
    if (text.length > CHARS_MAX) reader.fail('a state that is too long');
    return text;
  }
  if (kind !== INTEGER) reader.fail(`kind of state ${kind} is unknown`);
  const integer = reader.f64();
  if (!Number.isSafeInteger(integer) || Object.is(integer, -0)) reader.fail('not an integer');
  return integer;
}
