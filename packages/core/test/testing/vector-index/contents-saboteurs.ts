import type { VectorId } from '@ruvector/core';
import { FlatIndex } from '@ruvector/core/memory';
import { made, underAll, type Saboteur } from './saboteur.js';

type Vector = Float32Array | readonly number[];

/** Lets `change` have each vector before it is stored. */
const storing = (change: (vector: Vector, index: FlatIndex) => Vector) =>
  made(
    class extends FlatIndex {
      override upsert(id: VectorId, vector: Vector): void {
        const fits = Array.isArray(vector) || vector instanceof Float32Array;
        super.upsert(id, fits ? change(vector, this) : vector);
      }
    },
  );

class KeepsCallersArrays extends FlatIndex {
  readonly #given = new Map<VectorId, Vector>();
  static override load(bytes: Uint8Array): KeepsCallersArrays {
    const index = super.load(bytes) as KeepsCallersArrays;
    index.#given.clear(); // all in one array, which is not the caller's
    return index;
  }
  override upsert(id: VectorId, vector: Vector): void {
    super.upsert(id, vector);
    this.#given.set(id, vector);
  }
  override get(id: VectorId): Float32Array | undefined {
    const given = this.has(id) ? this.#given.get(id) : undefined;
    return given === undefined ? super.get(id) : Float32Array.from(given);
  }
}

class HandsOutItsVectors extends FlatIndex {
  readonly #own = new Map<VectorId, Float32Array>();
  override upsert(id: VectorId, vector: Vector): void {
    super.upsert(id, vector);
    this.#own.set(id, super.get(id)!);
  }
  override get(id: VectorId): Float32Array | undefined {
    return this.has(id) ? this.#own.get(id) : undefined;
  }
}

class MovesOnlyForGet extends FlatIndex {
  readonly #moved = new Map<VectorId, Float32Array>();
  override upsert(id: VectorId, vector: Vector): void {
    if (!this.has(id)) return super.upsert(id, vector);
    const probe = new FlatIndex({ metric: this.metric, dimensions: this.dimensions! });
    probe.insert(id, vector);
    this.#moved.set(id, probe.get(id)!);
  }
  override delete(id: VectorId): boolean {
    this.#moved.delete(id);
    return super.delete(id);
  }
  override get(id: VectorId): Float32Array | undefined {
    return this.#moved.get(id)?.slice() ?? super.get(id);
  }
}

class LearnsFromTheRefused extends FlatIndex {
  #length: number | undefined;
  override get dimensions(): number | undefined {
    return super.dimensions ?? this.#length;
  }
  override upsert(id: VectorId, vector: Vector): void {
    if (this.#length !== undefined && vector.length !== this.#length)
      throw new RangeError(`vector must have ${this.#length} dimensions`);
    try {
      super.upsert(id, vector);
    } catch (error) {
      if (super.dimensions === undefined) this.#length = vector.length;
      throw error;
    }
  }
}

class ConfusesKinds extends FlatIndex {
  #otherKind(id: VectorId): boolean {
    if (typeof id === 'number') return super.has(String(id));
    return String(Number(id)) === id && super.has(Number(id));
  }
  override has(id: VectorId): boolean {
    return super.has(id) || this.#otherKind(id);
  }
  override insert(id: VectorId, vector: Vector): void {
    if (this.#otherKind(id)) throw new RangeError('id is known');
    super.insert(id, vector);
  }
}

class KeepsTheFiveHundredth extends FlatIndex {
  #deletions = 0;
  override delete(id: VectorId): boolean {
    if (!this.has(id)) return false;
    return ++this.#deletions === 500 || super.delete(id);
  }
}

export const CONTENTS_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'replaces a known id on insert',
    caught: ['insert of a known id is a RangeError and leaves its vector'],
    maker: made(
      class extends FlatIndex {
        override insert(id: VectorId, vector: Vector): void {
          this.upsert(id, vector);
        }
      },
    ),
  },
  {
    flaw: 'says that an id is known, but replaces its vector first',
    caught: ['insert of a known id is a RangeError and leaves its vector'],
    maker: made(
      class extends FlatIndex {
        override insert(id: VectorId, vector: Vector): void {
          const known = this.has(id);
          this.upsert(id, vector);
          if (known) throw new RangeError('id is known');
        }
      },
    ),
  },
  {
    flaw: 'searches the old place of a replaced vector',
    caught: [
      'upsert adds an unknown id and replaces a known one: the old vector is not found any more',
      ...underAll('recall after a fifth was replaced, each by upsert'),
    ],
    maker: made(MovesOnlyForGet),
  },
  {
    flaw: 'takes 1 and "1" for one id',
    caught: [
      '1 and "1" are two ids',
      'a filter tells 1 from "1"',
      'ids keep their kind and their text through save and load',
    ],
    maker: made(ConfusesKinds),
  },
  {
    flaw: 'keeps the arrays of the caller',
    caught: ['insert and upsert copy: the caller may reuse its vector'],
    maker: made(KeepsCallersArrays),
  },
  {
    flaw: 'hands out its own vectors',
    caught: ['what get and search return is a copy: writing to it changes nothing'],
    maker: made(HandsOutItsVectors),
  },
  {
    flaw: 'stores the beginning of the buffer behind a view',
    caught: ['a view into a larger buffer counts as just that view'],
    maker: storing((vector) =>
      vector instanceof Float32Array ? new Float32Array(vector.buffer, 0, vector.length) : vector,
    ),
  },
  {
    flaw: 'takes NaN for 0',
    caught: [
      'NaN and infinities, at any place, are a RangeError and change nothing',
      'NaN at any of 37 places is a RangeError',
      'a first vector that is refused fixes no dimensions',
    ],
    maker: storing((vector) => vector.map((value) => (Number.isNaN(value) ? 0 : value))),
  },
  {
    flaw: 'looks for NaN in whole blocks of eight',
    caught: ['NaN at any of 37 places is a RangeError'],
    maker: storing((vector) =>
      vector.map((value, i) => (vector.length > 8 && i > 31 && Number.isNaN(value) ? 0 : value)),
    ),
  },
  {
    flaw: 'takes the text of a number for the number',
    caught: ['a value that is no number, at any place, is a TypeError and changes nothing'],
    maker: storing((vector) =>
      vector.map((value) => (typeof value === 'string' ? Number(value) : value)),
    ),
  },
  {
    flaw: 'takes a number that is too large for the largest',
    caught: ['a number that is infinite in 32 bits is a RangeError and changes nothing'],
    maker: storing((vector) =>
      vector.map((value) =>
        Number.isFinite(value) ? Math.min(3e38, Math.max(-3e38, value)) : value,
      ),
    ),
  },
  {
    flaw: 'cuts a vector that is too long',
    caught: [
      'the first vector fixes the dimensions, unless they were given',
      'a vector of other dimensions is a RangeError and changes nothing',
    ],
    maker: storing((vector, { dimensions }) => vector.slice(0, dimensions)),
  },
  {
    flaw: 'takes a vector of zeros under cosine',
    caught: ['a vector of zeros, which has no direction, is a RangeError under cosine'],
    maker: storing((vector, { metric }) =>
      metric === 'cosine' && vector.length > 0 && vector.every((value) => value === 0)
        ? vector.map(() => 1)
        : vector,
    ),
  },
  {
    flaw: 'takes out the old vector before it looks at the new one',
    caught: [
      'NaN and infinities, at any place, are a RangeError and change nothing',
      'NaN at any of 37 places is a RangeError',
      'a number that is infinite in 32 bits is a RangeError and changes nothing',
      'a vector of other dimensions is a RangeError and changes nothing',
      'a vector of zeros, which has no direction, is a RangeError under cosine',
      'what is no vector is a TypeError and changes nothing',
      'a value that is no number, at any place, is a TypeError and changes nothing',
    ],
    maker: made(
      class extends FlatIndex {
        override upsert(id: VectorId, vector: Vector): void {
          this.delete(id);
          super.upsert(id, vector);
        }
      },
    ),
  },
  {
    flaw: 'learns its dimensions from a vector that it refuses',
    caught: ['a first vector that is refused fixes no dimensions'],
    maker: made(LearnsFromTheRefused),
  },
  {
    flaw: 'rounds ids that are no integers',
    caught: ['an id that is neither a string nor a safe integer is refused and changes nothing'],
    maker: made(
      class extends FlatIndex {
        override upsert(id: VectorId, vector: Vector): void {
          super.upsert(id === 0.5 ? 0 : id, vector);
        }
      },
    ),
  },
  {
    flaw: 'says of what is no id that it is not there',
    caught: ['has, get and delete refuse what is no id as insert does'],
    maker: made(
      class extends FlatIndex {
        override has(id: VectorId): boolean {
          return ['string', 'number'].includes(typeof id) && super.has(id);
        }
      },
    ),
  },
  {
    flaw: 'says of every id that it was deleted',
    caught: [
      'a new index is empty: it knows no id and every search finds nothing',
      '1 and "1" are two ids',
      'delete says whether the id was there, and then has, get, size and search know it no more',
    ],
    maker: made(
      class extends FlatIndex {
        override delete(id: VectorId): boolean {
          super.delete(id);
          return true;
        }
      },
    ),
  },
  {
    flaw: 'forgets to delete the five hundredth',
    caught: ['after 2,000 inserts, upserts and deletes just what should be there is there'],
    maker: made(KeepsTheFiveHundredth),
  },
];
