import { utf8 } from '@ruvector/core';
import { artifactId, verifyArtifact } from '@ruvector/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isArtifactId } from '../src/artifact.js';
import { blob } from './seed.js';

describe('artifactId', () => {
  it.each([
    // ids that `ipfs add --cid-version 1 --raw-leaves` gives to these bytes
    ['', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'],
    ['hello', 'bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq'],
  ])('of %j is the id that IPFS gives it', (text, id) => {
    expect(artifactId(utf8(text))).toBe(id);
  });

  it('names these bytes and no others', () => {
    fc.assert(
      fc.property(blob(50), blob(50), (a, b) => {
        expect(verifyArtifact(artifactId(a), a)).toBe(true);
        expect(verifyArtifact(artifactId(a), b)).toBe(a.join() === b.join());
      }),
    );
  });

  it('is refused with any one character changed, cut or added', () => {
    const id = artifactId(utf8('hello'));
    for (let at = 0; at < id.length; at++)
      for (const char of 'abyz27A1=') {
        const other = id.slice(0, at) + char + id.slice(at + 1);
        expect(verifyArtifact(other, utf8('hello'))).toBe(other === id);
      }
    for (const other of [id.slice(0, -1), `${id}a`, `${id}=`, id.toUpperCase(), ` ${id}`, ''])
      expect(isArtifactId(other)).toBe(false);
  });

  it('has one spelling: bits beyond the last byte are zero', () => {
    const id = artifactId(utf8('hello'));
    const spare = id.slice(0, -1) + String.fromCharCode(id.charCodeAt(58) + 1);
    expect(isArtifactId(id)).toBe(true);
    expect(isArtifactId(spare)).toBe(false);
  });

  it.each([undefined, null, 7, {}, []])('is not %j', (value) => {
    expect(isArtifactId(value)).toBe(false);
  });
});
