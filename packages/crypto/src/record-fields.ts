import { fromBase64Url, isId, MalformedError } from '@ruvector/core';
import { isArtifactId } from './artifact.js';

/** Reads one field that nobody vouches for: gives the value back, or throws `ERR_MALFORMED`. */
export type FieldReader<T> = (value: unknown, field: string) => T;

/**
 * Reads an object with exactly the given fields into a new frozen one. Each field is looked at
 * once, so that an accessor cannot show one value to the checks and another to the signature.
 */
export function readExact<T extends object>(
  what: string,
  value: unknown,
  readers: { readonly [K in keyof T]: FieldReader<T[K]> },
): T {
  if (typeof value !== 'object' || value === null) throw malformed(what, 'must be an object');
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw malformed(what, 'must be a plain object');
  const fields = Object.keys(readers) as (keyof T & string)[];
  if (Reflect.ownKeys(value).length !== fields.length)
    throw malformed(what, `must have exactly ${fields.length} fields`);
  const out: Partial<T> = {};
  for (const field of fields) {
    if (!Object.hasOwn(value, field)) throw malformed(`${what}.${field}`, 'is missing');
    out[field] = readers[field]((value as T)[field], `${what}.${field}`);
  }
  return Object.freeze(out) as T;
}

/**
 * A record that is made here, as a reader will see it: what that would refuse is the caller's
 * mistake.
 *
 * @throws RangeError
 */
export function asReadBack<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new RangeError((cause as Error).message, { cause });
  }
}

export function malformed(field: string, rule: string): MalformedError {
  return new MalformedError(`${field} ${rule}`, { field });
}

/** A reader for values that a predicate knows. */
function fieldOf<T>(rule: string, is: (value: unknown) => value is T): FieldReader<T> {
  return (value, field) => {
    if (!is(value)) throw malformed(field, rule);
    return value;
  };
}

export function literalField<T extends string | number | null>(expected: T): FieldReader<T> {
  return fieldOf(`must be ${expected}`, (value): value is T => value === expected);
}

export const idField: FieldReader<string> = /* @__PURE__ */ fieldOf(
  'must be 1 to 128 of [A-Za-z0-9._:-]',
  isId,
);

export const artifactIdField: FieldReader<string> = /* @__PURE__ */ fieldOf(
  'must be a CIDv1 of raw bytes by SHA-256',
  isArtifactId,
);

/** Milliseconds since 1970, up to the last moment a `Date` can hold. */
export const timeField: FieldReader<number> = /* @__PURE__ */ integerField(0, 8.64e15);

export function integerField(min: number, max: number): FieldReader<number> {
  return fieldOf(
    `must be an integer from ${min} to ${max}`,
    (value): value is number => Number.isSafeInteger(value) && isWithin(value as number, min, max),
  );
}

const isWithin = (value: number, min: number, max: number) => value >= min && value <= max;

export function patternField(rule: string, pattern: RegExp): FieldReader<string> {
  return fieldOf(
    rule,
    (value): value is string => typeof value === 'string' && pattern.test(value),
  );
}

/** 32 bytes as 64 lower-case hexadecimal digits. */
export const hashField: FieldReader<string> = /* @__PURE__ */ patternField(
  'must be 64 lower-case hexadecimal digits',
  /^[0-9a-f]{64}$/,
);

/** Bytes of one length as base64url in its one spelling. */
export function base64UrlField(length: number): FieldReader<string> {
  const chars = Math.ceil((length * 4) / 3);
  return (value, field) => {
    const rule = `must be ${length} bytes in base64url`;
    if (typeof value !== 'string' || value.length !== chars) throw malformed(field, rule);
    fromBase64Url(value); // refuses any other spelling
    return value;
  };
}

export function nullOr<T>(reader: FieldReader<T>): FieldReader<T | null> {
  return (value, field) => (value === null ? null : reader(value, field));
}

/** A list without holes or extra properties, copied and frozen. */
export function listField<T>(reader: FieldReader<T>, max: number): FieldReader<readonly T[]> {
  return (value, field) => {
    if (!Array.isArray(value) || value.length > max)
      throw malformed(field, `must be a list of at most ${max}`);
    if (Reflect.ownKeys(value).length !== value.length + 1)
      throw malformed(field, 'must be a plain list');
    return Object.freeze(Array.from(value, (item, i) => reader(item, `${field}[${i}]`)));
  };
}
