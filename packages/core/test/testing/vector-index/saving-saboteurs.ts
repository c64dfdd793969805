import type { VectorId } from '@ruvector/core';
import { FlatIndex } from '@ruvector/core/memory';
import type { VectorIndexMaker } from '@ruvector/core/testing';
import { crc32 } from '../../../src/crc32.js';
import { made, type Saboteur } from './saboteur.js';

type Vector = Float32Array | readonly number[];

/** Reads saved bytes in another way. */
const loading = (load: (bytes: Uint8Array) => FlatIndex) => ({ ...made(FlatIndex), load });

class SavesTheDeleted extends FlatIndex {
  readonly #graves = new Map<VectorId, Float32Array>();
  override upsert(id: VectorId, vector: Vector): void {
    super.upsert(id, vector);
    this.#graves.delete(id);
  }
  override delete(id: VectorId): boolean {
    if (this.has(id)) this.#graves.set(id, this.get(id)!);
    return super.delete(id);
  }
  override save(): Uint8Array {
    const whole = FlatIndex.load(super.save());
    for (const [id, vector] of this.#graves) whole.upsert(id, vector);
    return whole.save();
  }
}

class SavesOnce extends FlatIndex {
  #saved: Uint8Array | undefined;
  override upsert(id: VectorId, vector: Vector): void {
    this.#saved = undefined;
    super.upsert(id, vector);
  }
  override delete(id: VectorId): boolean {
    this.#saved = undefined;
    return super.delete(id);
  }
  override save(): Uint8Array {
    return (this.#saved ??= super.save());
  }
}

/** Holds on to the bytes that it was loaded from, and reads them for every answer. */
class ReadsLate extends FlatIndex {
  #bytes: Uint8Array | undefined;
  static override load(bytes: Uint8Array): ReadsLate {
    const index = super.load(bytes) as ReadsLate;
    index.#bytes = bytes;
    return index;
  }
  override upsert(id: VectorId, vector: Vector): void {
    this.#bytes = undefined;
    super.upsert(id, vector);
  }
  override search(...search: Parameters<FlatIndex['search']>) {
    if (this.#bytes !== undefined) FlatIndex.load(this.#bytes);
    return super.search(...search);
  }
}

class SavesIdsIn32Bits extends FlatIndex {
  override save(): Uint8Array {
    const id = Number.MAX_SAFE_INTEGER;
    if (!this.has(id)) return super.save();
    const copy = FlatIndex.load(super.save());
    copy.insert(id | 0, copy.get(id)!);
    copy.delete(id);
    return copy.save();
  }
}

export const SAVING_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'saves what was deleted',
    caught: [
      'a saved index that is loaded is the same: metric, dimensions, vectors and every answer',
      'a deleted id does not come back by save and load',
    ],
    maker: made(SavesTheDeleted),
  },
  {
    flaw: 'saves ids in 32 bits',
    caught: ['ids keep their kind and their text through save and load'],
    maker: made(SavesIdsIn32Bits),
  },
  {
    flaw: 'forgets its dimensions when it is saved empty',
    caught: ['an empty index is saved and loaded, with its dimensions or without'],
    maker: made(
      class extends FlatIndex {
        override save(): Uint8Array {
          return this.size > 0 ? super.save() : new FlatIndex({ metric: this.metric }).save();
        }
      },
    ),
  },
  {
    flaw: 'hands out the same bytes again',
    caught: ['the bytes of save belong to the caller, and load keeps none of those it is given'],
    maker: made(SavesOnce),
  },
  {
    flaw: 'reads the bytes that it was loaded from once more',
    caught: ['the bytes of save belong to the caller, and load keeps none of those it is given'],
    maker: made(ReadsLate),
  },
  {
    flaw: 'is one with the index that it was loaded from',
    caught: ['a loaded index takes changes, and the one it was saved from does not see them'],
    maker: sharing(),
  },
  {
    flaw: 'reads from the beginning of the buffer behind a view',
    caught: ['saved bytes are loaded from the midst of a larger buffer, at any offset'],
    maker: loading((bytes) => FlatIndex.load(new Uint8Array(bytes.buffer, 0, bytes.length))),
  },
  {
    flaw: 'falls over bytes that were cut short',
    caught: ['saved bytes that were cut short are ERR_MALFORMED'],
    maker: loading((bytes) => {
      if (bytes.length < 12) throw new RangeError('Offset is outside the bounds of the DataView');
      return FlatIndex.load(bytes);
    }),
  },
  {
    flaw: 'does not notice a flipped bit',
    caught: ['saved bytes of which one bit has flipped are ERR_MALFORMED'],
    maker: loading((bytes) => {
      if (bytes.length < 4) return FlatIndex.load(bytes);
      const mended = new Uint8Array(bytes);
      const at = mended.length - 4;
      new DataView(mended.buffer).setUint32(at, crc32(mended.subarray(0, at)));
      return FlatIndex.load(mended);
    }),
  },
  {
    flaw: 'does not look at what follows the index',
    caught: ['bytes that are not those of an index, or more than those, are ERR_MALFORMED'],
    maker: loading((bytes) => {
      try {
        return FlatIndex.load(bytes);
      } catch (error) {
        if (bytes.length % 2 === 0) throw error;
        return FlatIndex.load(bytes.subarray(0, bytes.length - 1));
      }
    }),
  },
];

/** Bytes that an index here has saved are not read: it is handed out itself. */
function sharing(): VectorIndexMaker {
  const bySaved = new Map<string, FlatIndex>();
  const track = (index: FlatIndex): FlatIndex => {
    const save = index.save.bind(index);
    index.save = () => {
      const bytes = save();
      if (index.size === 10) bySaved.set(bytes.join(), index); // just the case with ten
      return bytes;
    };
    return index;
  };
  return {
    create: (options) => track(new FlatIndex(options)),
    load: (bytes) => bySaved.get(bytes.join()) ?? track(FlatIndex.load(bytes)),
  };
}
