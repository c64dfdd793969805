import { describe, expect, it } from 'vitest';
import { SecretForms } from '../src/pq/secret-forms.js';

/** Forms that say which key they are of, with what was expanded and erased. */
function newForms(max: number) {
  const [expanded, erased]: [number[], number[]] = [[], []];
  const forms = new SecretForms(
    (secret) => {
      expanded.push(secret[0]!);
      return { of: secret[0]! };
    },
    (form) => erased.push(form.of),
    max,
  );
  return { forms, expanded, erased };
}
const key = (n: number) => new Uint8Array(32).fill(n);

describe('SecretForms', () => {
  it('expands a key once for the same array', () => {
    const { forms, expanded } = newForms(2);
    const secret = key(1);
    expect(forms.get(secret)).toBe(forms.get(secret));
    expect(expanded).toEqual([1]);
  });

  it('expands again, and erases the old form, when the owner has overwritten the array', () => {
    const { forms, expanded, erased } = newForms(2);
    const secret = key(1);
    forms.get(secret);
    secret.fill(2);
    expect(forms.get(secret)).toEqual({ of: 2 });
    expect([expanded, erased]).toEqual([[1, 2], [1]]);
  });

  it('keeps its own copy, also of a Buffer, whose slice would be the same memory', () => {
    const { forms } = newForms(2);
    const secret = Buffer.alloc(32, 1);
    forms.get(secret);
    secret.fill(2);
    expect(forms.get(secret)).toEqual({ of: 2 });
  });

  it('erases the form that was not used for longest when there are more than max', () => {
    const { forms, expanded, erased } = newForms(2);
    const [a, b, c] = [key(1), key(2), key(3)];
    for (const secret of [a, b, a, c]) forms.get(secret);
    expect(erased).toEqual([2]);
    for (const secret of [a, c]) forms.get(secret);
    expect(expanded).toEqual([1, 2, 3]);
    expect(forms.get(b)).toEqual({ of: 2 });
    expect(erased).toEqual([2, 1]);
  });

  it('does not spend its room on a key that was overwritten time and again', () => {
    const { forms, erased } = newForms(2);
    const [a, b] = [key(1), key(2)];
    forms.get(a);
    for (let n = 3; n < 9; n++) forms.get(b.fill(n));
    expect(erased).toEqual([3, 4, 5, 6, 7]);
  });

  it('keeps nothing if the key does not expand', () => {
    const forms = new SecretForms<object>(
      () => {
        throw new Error('no key');
      },
      () => undefined,
    );
    expect(() => forms.get(key(1))).toThrow('no key');
  });
});
