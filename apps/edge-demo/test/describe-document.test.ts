import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeDocument } from '../src/describe-document.js';

const of = (id: string, text: string) => describeDocument({ id, text });

describe('describeDocument', () => {
  it('is the name, title and first sentences without markup', () => {
    const text = [
      '<h1 align="center">Glob <img src="logo.svg"></h1>',
      '[![build](https://ci/badge.svg)](https://ci)',
      '[ci]: https://ci.example',
      '',
      'Match **files** with [patterns](https://example.org/a) and `stars`.',
    ].join('\n');
    expect(of('glob@1.2.3/README.md', text)).toBe(
      'glob. Glob. Match files with patterns and stars.',
    );
  });

  it('keeps the scope of a package and the folders of a file', () => {
    expect(of('@s/a@1.0.0/README.md', 'Text here')).toBe('@s/a. Text here');
    expect(of('notes/großes Heft.md', 'Text here')).toBe('notes/großes Heft. Text here');
  });

  it('is never longer than 600 characters, never empty, and well-formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 3000 }), (text) => {
        const description = of('name.md', text);
        expect(description.length).toBeLessThanOrEqual(600);
        expect(description.startsWith('name')).toBe(true);
        expect(description).not.toMatch(/[\uD800-\uDBFF]$/);
      }),
    );
  });

  it.each(['[', '![', '<', '](', '`', '[]('])('is not held up by 1 MiB of %s', (sign) => {
    expect(of('a.md', sign.repeat((1 << 20) / sign.length))).toBe('a');
  });
});
