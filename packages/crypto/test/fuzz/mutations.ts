import { concatBytes, type Json, type Random } from '@ruvector/core';

/** No input is longer, whatever was put into it: what bounds the time and memory of a case. */
const INPUT_BYTES_MAX = 16_384;

const EDGES = [0, 1, 0x7f, 0x80, 0xff];
const LENGTHS = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

export const below = (random: Random, n: number): number => random.uint32() % Math.max(1, n);
const pick = <T>(random: Random, items: readonly T[]): T => items[below(random, items.length)]!;

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.uint32());
}

type ByteMutation = (
  bytes: Uint8Array,
  random: Random,
  others: readonly Uint8Array[],
) => Uint8Array;

const set = (bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array => {
  const changed = bytes.slice();
  values.forEach((value, i) => {
    if (at + i < changed.length) changed[at + i] = value;
  });
  return changed;
};
const slice = (bytes: Uint8Array, random: Random): [from: number, to: number] => {
  const from = below(random, bytes.length);
  return [from, from + below(random, Math.min(64, bytes.length - from) + 1)];
};

const MUTATIONS: readonly ByteMutation[] = [
  (bytes, random) => {
    const at = below(random, bytes.length);
    return set(bytes, at, [bytes[at]! ^ (1 << below(random, 8))]);
  },
  (bytes, random) => set(bytes, below(random, bytes.length), [pick(random, EDGES)]),
  (bytes, random) => {
    const value = pick(random, [...LENGTHS, bytes.length, below(random, 300)]);
    const at = below(random, bytes.length);
    return set(bytes, at, [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
  },
  (bytes, random) => bytes.slice(0, below(random, bytes.length + 1)),
  (bytes, random) => {
    const [from, to] = slice(bytes, random);
    return concatBytes(bytes.subarray(0, from), bytes.subarray(to));
  },
  (bytes, random) => {
    const [from, to] = slice(bytes, random);
    return concatBytes(bytes.subarray(0, to), bytes.subarray(from));
  },
  (bytes, random) => {
    const at = below(random, bytes.length + 1);
    const more = randomBytes(random, 1 + below(random, 64));
    return concatBytes(bytes.subarray(0, at), more, bytes.subarray(at));
  },
  (bytes, random, others) => {
    const other = pick(random, others);
    const at = below(random, Math.min(bytes.length, other.length));
    return concatBytes(bytes.subarray(0, at), other.subarray(at));
  },
];

/** A valid input, changed in one to three places; or, now and then, bytes of no meaning. */
export function mutatedBytes(valid: readonly Uint8Array[], random: Random): Uint8Array {
  if (below(random, 16) === 0) return randomBytes(random, below(random, 400));
  let bytes = pick(random, valid);
  for (let left = 1 + below(random, 3); left > 0; left--)
    bytes = pick(random, MUTATIONS)(bytes, random, valid);
  return bytes.subarray(0, INPUT_BYTES_MAX);
}

const STRANGE: readonly Json[] = [
  ...[null, true, false, 0, -1, 1, 0.5, 256, 2 ** 31, 2 ** 53, 1e300, '', '0', 'x', 'A'.repeat(43)],
  ...[[], {}, [[]], [null], { a: 1 }, 'é', '\u0000', '-0', '18446744073709551616'],
];

/** A copy, since what is put in is changed again. */
const strange = (random: Random): Json => structuredClone(pick(random, STRANGE));

/** A JSON value with one to three of its parts replaced, removed, doubled or renamed. */
export function mutatedJson(value: Json, random: Random): Json {
  let changed = structuredClone(value);
  for (let left = 1 + below(random, 3); left > 0; left--) changed = mutateOnce(changed, random);
  return changed;
}

function mutateOnce(value: Json, random: Random): Json {
  if (typeof value !== 'object' || value === null) return mutatedScalar(value, random);
  const keys = Object.keys(value);
  if (keys.length === 0 || below(random, 20) === 0) return strange(random);
  const key = pick(random, keys);
  const object = value as Record<string, Json>;
  switch (below(random, 6)) {
    case 0:
      if (Array.isArray(value)) value.splice(Number(key), 1);
      else delete object[key];
      break;
    case 1:
      if (Array.isArray(value)) value.push(structuredClone(object[key]!));
      else
        object[pick(random, [`${key}x`, 'toJSON', 'constructor', ''])] = structuredClone(
          object[key]!,
        );
      break;
    case 2:
      object[key] = strange(random);
      break;
    case 3:
      object[key] = structuredClone(object[pick(random, keys)]!);
      break;
    default:
      object[key] = mutateOnce(object[key]!, random);
  }
  return value;
}

function mutatedScalar(value: Json, random: Random): Json {
  if (typeof value === 'number') return pick(random, [value + 1, value - 1, -value, value / 2]);
  if (typeof value !== 'string' || value === '') return strange(random);
  const at = below(random, value.length);
  const char = pick(random, ['', 'A', '_', '=', ' ', '0', '9', '\u0301', value[at]! + value[at]!]);
  return value.slice(0, at) + char + value.slice(at + 1);
}
