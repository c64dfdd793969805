import { ByteWriter, isEdgeError, seededRandom, utf8 } from '@ruvector/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SemanticEmbedder } from '../src/semantic-embedder.js';

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((dot, x, i) => dot + x * b[i]!, 0);
const length = (v: Float32Array) => Math.sqrt(cosine(v, v));

describe('SemanticEmbedder.embed', () => {
  const embedder = new SemanticEmbedder();

  it('is a vector of length 1 with 1024 dimensions unless told', () => {
    expect(embedder.embed('build rust library')).toHaveLength(1024);
    expect(length(embedder.embed('build rust library'))).toBeCloseTo(1, 6);
    expect(new SemanticEmbedder({ dimensions: 48 }).embed('x')).toHaveLength(48);
  });

  it('sums signed energies of features and takes roots, as done naively', () => {
    const small = new SemanticEmbedder({ dimensions: 20 });
    const text = 'Build the Rust library with cargo, then rust again';
    const sums = Array.from({ length: 20 }, () => 0);
    small.forEachFeature(text, (hash, weight) => {
      const place = Number(BigInt(hash) % 2n ** 31n) % 20;
      sums[place]! += hash >= 2 ** 31 ? weight : -weight;
    });
    const roots = sums.map((x) => Math.sign(x) * Math.sqrt(Math.abs(x)));
    const norm = Math.hypot(...roots);
    const found = small.embed(text);
    roots.forEach((root, i) => expect(found[i]).toBeCloseTo(root / norm, 6));
  });

  it('is the same on every platform', () => {
    const found = new SemanticEmbedder({ dimensions: 16 }).embed('Tune PostgreSQL queries');
    expect([...found]).toEqual(RECORDED);
  });

  it('is 0 for a text without letters and digits', () => {
    for (const text of ['', '   ', '?!… 🚀']) {
      expect(embedder.embed(text)).toEqual(new Float32Array(1024));
    }
  });

  it('brings texts near that share words or parts of words, and others not', () => {
    const task = embedder.embed('train a pytorch model');
    expect(cosine(task, embedder.embed('training PyTorch models'))).toBeGreaterThan(0.5);
    expect(Math.abs(cosine(task, embedder.embed('quarterly sales meeting')))).toBeLessThan(0.15);
  });

  it('does not depend on what was embedded before', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, other) => {
        const before = embedder.embed(text);
        embedder.embed(other);
        const after = embedder.embed(text);
        expect(after).toEqual(before);
        expect(after.every(Number.isFinite)).toBe(true);
        expect([0, 1]).toContain(Math.round(length(after) * 1e4) / 1e4);
      }),
    );
  });

  it('gives a vector that belongs to the caller', () => {
    embedder.embed('rust').fill(9);
    expect(length(embedder.embed('rust'))).toBeCloseTo(1, 6);
  });

  it('takes hostile text: one endless word, a million symbols, marks alone', () => {
    for (const text of ['a'.repeat(1 << 20), '+#'.repeat(1 << 19), '\u0301'.repeat(1 << 16)])
      expect(embedder.embed(text)).toHaveLength(1024);
  });

  it('refuses bad dimensions and what is no text', () => {
    for (const dimensions of [0, 15, 65_537, 1.5, NaN])
      expect(() => new SemanticEmbedder({ dimensions })).toThrow(RangeError);
    expect(() => embedder.embed(null as unknown as string)).toThrow(TypeError);
  });
});

describe('SemanticEmbedder.fit', () => {
  const texts = ['agent for rust', 'agent for python', 'agent for css'];

  it('makes shared words weigh less', () => {
    const embedder = new SemanticEmbedder();
    const near = () => cosine(embedder.embed('rust agent'), embedder.embed('css agent'));
    const before = near();
    embedder.fit(texts);
    expect(embedder.fitted).toBe(true);
    expect(near()).toBeLessThan(before);
  });

  it('does not depend on the order of texts, and is undone by none', () => {
    const [a, b] = [new SemanticEmbedder(), new SemanticEmbedder()];
    a.fit(texts);
    b.fit(texts.toReversed());
    expect(a.save()).toEqual(b.save());
    b.fit([]);
    expect(b.fitted).toBe(false);
  });

  it('changes nothing if a text is bad', () => {
    const embedder = new SemanticEmbedder();
    embedder.fit(texts);
    const before = embedder.save();
    expect(() => embedder.fit(['x', 5 as unknown as string])).toThrow(TypeError);
    expect(embedder.save()).toEqual(before);
  });
});

describe('SemanticEmbedder.save and load', () => {
  it.each([[[]], [['rust agent', 'css agent']]])('keep the model fitted on %j', (texts) => {
    const embedder = new SemanticEmbedder({ dimensions: 100 });
    embedder.fit(texts);
    const loaded = SemanticEmbedder.load(embedder.save());
    expect(loaded.dimensions).toBe(100);
    expect(loaded.fitted).toBe(embedder.fitted);
    expect(loaded.embed('a rust agent')).toEqual(embedder.embed('a rust agent'));
    expect(loaded.save()).toEqual(embedder.save());
  });

  it('keeps its own copy of the bytes', () => {
    const embedder = new SemanticEmbedder();
    embedder.fit(['rust agent', 'css agent']);
    const bytes = embedder.save();
    const loaded = SemanticEmbedder.load(bytes);
    bytes.fill(0);
    expect(loaded.embed('rust agent')).toEqual(embedder.embed('rust agent'));
  });

  it('refuses every truncation, trailing bytes and unknown headers', () => {
    const bytes = new SemanticEmbedder().save();
    const bad = [
      ...Array.from(bytes, (_, n) => bytes.slice(0, n)),
      Uint8Array.of(...bytes, 0),
      ...Array.from(bytes.slice(0, 5), (_, at) =>
        bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)),
      ),
      bytes.map((byte, i) => (i === 5 ? 255 : byte)), // dimensions
      bytes.map((byte, i) => (i === 9 ? 2 : byte)), // fitted
      bytes.map((byte, i) => (i === 9 ? 1 : byte)), // fitted, without a table
    ];
    for (const candidate of bad)
      expect(() => SemanticEmbedder.load(candidate)).toThrowError(
        expect.toSatisfy((error) => isEdgeError(error, 'ERR_MALFORMED')),
      );
    expect(() => SemanticEmbedder.load('RVSE' as unknown as Uint8Array)).toThrow(TypeError);
  });

  it('refuses every single flipped bit, and any other byte changed', () => {
    const good = new SemanticEmbedder().save();
    for (let bit = 0; bit < 8 * good.length; bit++)
      expect(outcomeOf(good.map((b, i) => (i === bit >> 3 ? b ^ (1 << (bit & 7)) : b)))).toBe(
        'ERR_MALFORMED',
      );
    const random = seededRandom(3);
    for (let i = 0; i < 500; i++) {
      const at = random.uint32() % good.length;
      const by = 1 + (random.uint32() % 255);
      expect(outcomeOf(good.map((b, n) => (n === at ? b ^ by : b)))).toBe('ERR_MALFORMED');
    }
  });

  it('refuses wrong content under a right checksum', () => {
    const file = (dimensions: number, fitted: number) =>
      new ByteWriter().raw(utf8('RVSE')).u8(2).u32(dimensions).u8(fitted).checksum().bytes();
    expect(outcomeOf(file(16, 0))).toBe('fine');
    for (const bad of [file(15, 0), file(65_537, 0), file(16, 2), file(16, 1)])
      expect(outcomeOf(bad)).toBe('ERR_MALFORMED');
  });

  it('makes a subclass of itself', () => {
    class Mine extends SemanticEmbedder {}
    expect(Mine.load(new Mine().save())).toBeInstanceOf(Mine);
  });
});

describe('mistakes of the caller', () => {
  it('are TypeErrors that name the parameter', () => {
    const embedder = new SemanticEmbedder();
    for (const texts of [undefined, null, 'abc', 5, {}])
      expect(() => embedder.fit(texts as never)).toThrow(/^texts must be an array/);
    expect(() => new SemanticEmbedder(null as never)).toThrow(/^options must be an object/);
    expect(() => new SemanticEmbedder({ dims: 16 } as never)).toThrow(/"dims"/);
  });
});

function outcomeOf(bytes: Uint8Array): string {
  try {
    return SemanticEmbedder.load(bytes).embed('x').every(Number.isFinite) ? 'fine' : 'not finite';
  } catch (error) {
    return isEdgeError(error) ? error.code : String(error);
  }
}

// what this code gave when it was written; a change breaks vectors that somebody stored
const RECORDED = [
  0, 0.08955651521682739, -0.07568906992673874, -0.1209973394870758, -0.17259763181209564,
  0.1172569990158081, 0.4691636860370636, 0.3058937191963196, 0, 0.43156784772872925,
  0.1301226019859314, -0.4691636860370636, 0.1301226019859314, 0.1301226019859314,
  -0.34427204728126526, 0.19672687351703644,
];
