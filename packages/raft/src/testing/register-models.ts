import type { SequentialModel } from './history.js';

/** What a register holds. */
export type RegisterValue = string | number;

/** An operation on a register. A `cas` writes `value` where `expected` is. */
export type RegisterInput =
  | { readonly type: 'read' }
  | { readonly type: 'write'; readonly value: RegisterValue }
  | {
      readonly type: 'cas';
      /** Left out, the register must hold nothing. */
      readonly expected?: RegisterValue | undefined;
      readonly value: RegisterValue;
    };

/** An operation on one key. A `cas` writes `value` where `expected` is. */
export type KeyValueInput = { readonly key: string } & (
  | { readonly type: 'get' }
  | { readonly type: 'put'; readonly value: RegisterValue }
  | {
      readonly type: 'cas';
      /** Left out, the key must have no value. */
      readonly expected?: RegisterValue | undefined;
      readonly value: RegisterValue;
    }
  | { readonly type: 'delete' }
);

/** A value that was read, `undefined` for none; or whether a `cas` or `delete` did something. */
export type RegisterOutput = RegisterValue | boolean | undefined;

type Held = RegisterValue | undefined;

const stateKey = (held: Held): string => (held === undefined ? '' : `${typeof held} ${held}`);

const compareAndSet = (held: Held, expected: Held, value: RegisterValue) =>
  held === expected ? { state: value, output: true } : { state: held, output: false };

/**
 * One register, which holds nothing at first. `write` answers `undefined`, `cas` whether it wrote.
 *
 * @example
 * registerModel.apply(1, { type: 'cas', expected: 1, value: 2 }); // => { state: 2, output: true }
 */
export const registerModel: SequentialModel<Held, RegisterInput, RegisterOutput> = {
  initial: undefined,
  stateKey,
  isRead: (input, output) => input.type === 'read' || output === false,
  apply(held, input) {
    switch (input.type) {
      case 'read':
        return { state: held, output: held };
      case 'write':
        return { state: input.value, output: undefined };
      case 'cas':
        return compareAndSet(held, input.expected, input.value);
    }
  },
};

/**
 * Keys with a value each, none at first, in parts by key. `put` answers `undefined`, `cas` whether
 * it wrote, `delete` whether there was a value.
 *
 * @example
 * keyValueModel.apply('old', { type: 'get', key: 'a' }); // => { state: 'old', output: 'old' }
 */
export const keyValueModel: SequentialModel<Held, KeyValueInput, RegisterOutput> = {
  initial: undefined,
  stateKey,
  partOf: ({ key }) => key,
  isRead: (input, output) => input.type === 'get' || output === false,
  apply(held, input) {
    switch (input.type) {
      case 'get':
        return { state: held, output: held };
      case 'put':
        return { state: input.value, output: undefined };
      case 'cas':
        return compareAndSet(held, input.expected, input.value);
      case 'delete':
        return { state: undefined, output: held !== undefined };
    }
  },
};
