import { utf8 } from '@ruvector/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  assignmentHash,
  decodeAssignment,
  decodeValue,
  encodeAssignment,
  encodeValue,
  hashText,
  type Assignment,
  type Value,
} from '../src/assignment.js';

const input = encodeValue({ a: [1, 'x', null] }, 1000);
const assignment: Assignment = {
  v: 1,
  swarm_id: 's',
  task_id: '0123456789abcdef0123456789abcdef',
  attempt: 1,
  assigner: 'hub',
  executor: 'w',
  description: 'do it',
  type: null,
  capability: 'gpu',
  input_hash: hashText(input),
  deadline: 1_700_000_000_000,
  priority: 5,
  timeout_ms: 30_000,
  output_bytes_max: 1000,
};

describe('an assignment', () => {
  it('comes back as it was', () => {
    expect(decodeAssignment(encodeAssignment(assignment, input))).toEqual({ assignment, input });
  });

  it('has a hash that every field moves', () => {
    const hash = assignmentHash(assignment);
    for (const name of Object.keys(assignment) as (keyof Assignment)[]) {
      const value = assignment[name];
      const other = typeof value === 'number' ? value + 1 : `${value}x`;
      expect(assignmentHash({ ...assignment, [name]: other }), name).not.toBe(hash);
    }
  });

  it('is refused with a field missing, unknown, of another type or out of range', () => {
    const decode = (changed: object) => () =>
      decodeAssignment(encodeAssignment(changed as never, input));
    for (const name of Object.keys(assignment) as (keyof Assignment)[]) {
      const { [name]: _gone, ...rest } = assignment;
      expect(decode(rest), `${name} missing`).toThrow(/missing, unknown or out of range/);
      expect(decode({ ...assignment, [name]: [] }), `${name} a list`).toThrow(/out of range/);
    }
    expect(decode({ ...assignment, more: 1 })).toThrow(/out of range/);
    expect(decode({ ...assignment, priority: 10 })).toThrow(/out of range/);
    expect(decode({ ...assignment, task_id: 'A'.repeat(32) })).toThrow(/out of range/);
  });

  it('is refused when cut or damaged anywhere, always with ERR_MALFORMED', () => {
    const bytes = encodeAssignment(assignment, input);
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeAssignment(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'ERR_MALFORMED' }),
      );
    expect(() => decodeAssignment(utf8('x'.repeat(500)))).toThrow(
      expect.objectContaining({ code: 'ERR_MALFORMED' }),
    );
  });
});

describe('a value', () => {
  it('comes back as it was: bytes as bytes, JSON as JSON', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.jsonValue()), (value) => {
        const encoded = encodeValue(value as Value, 1 << 20);
        const back = decodeValue(encoded);
        expect(encodeValue(back, 1 << 20)).toEqual(encoded);
        expect(back instanceof Uint8Array).toBe(value instanceof Uint8Array);
      }),
      { seed: 1 },
    );
  });

  it('of an unknown kind is refused', () => {
    expect(() => decodeValue(Uint8Array.of(2, 1))).toThrow(/unknown kind 2/);
    expect(() => decodeValue(new Uint8Array(0))).toThrow(/ends early/);
  });
});
