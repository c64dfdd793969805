import { fromUtf8 } from './bytes.js';
import { crc32 } from './crc32.js';
import { MalformedError } from './errors.js';

/**
 * Reads bytes that nobody vouches for, all integers big-endian. Every length is checked before
 * anything is allocated; whatever does not fit is an `ERR_MALFORMED` that says what was read.
 *
 * @example
 * const reader = new ByteReader(Uint8Array.of(1, 0, 2), 'greeting');
 * reader.u8(); // => 1
 * reader.u16(); // => 2
 * reader.end();
 */
export class ByteReader {
  #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  #at = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  /** Bytes not read yet, those of a checksum included until it is taken off. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** 0 to 255. Moves on by one byte. */
  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  /** 0 to 65,535. Moves on by two bytes. */
  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  /** 0 to 2^32 − 1. Moves on by four bytes. */
  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  /** 0 to 2^64 − 1, as a bigint since a number is exact to 2^53 only. Moves on by eight bytes. */
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  /** A 32-bit float, which may be NaN or infinite. Moves on by four bytes. */
  f32(): number {
    return this.#view.getFloat32(this.#take(4));
  }

  /** A 64-bit float, which may be NaN or infinite. Moves on by eight bytes. */
  f64(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** A view of the next `length` bytes, not a copy. */
  raw(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** What `ByteWriter.block` wrote; a view, not a copy. */
  block(bytesMax = Infinity): Uint8Array {
    return this.raw(this.count(1, bytesMax));
  }

  /** What `ByteWriter.text` wrote. */
  text(bytesMax = Infinity): string {
    return fromUtf8(this.block(bytesMax));
  }

  /** What `ByteWriter.vector` wrote, a copy; its values may be NaN or infinite. */
  vector(lengthMax = Infinity): Float32Array {
    const length = this.count(4, lengthMax);
    const at = this.#take(4 * length);
    const out = new Float32Array(length);
    for (let i = 0; i < length; i++) out[i] = this.#view.getFloat32(at + 4 * i);
    return out;
  }

  /** A u32 count of items of at least `itemBytes` each: more than can follow is refused at once. */
  count(itemBytes: number, max = Infinity): number {
    const count = this.u32();
    if (count > max || count * itemBytes > this.remaining)
      this.fail(`a count of ${count} is more than fits`);
    return count;
  }

  /** Magic and version: refuses what this reader does not know. */
  header(magic: string, version: number): void {
    for (let i = 0; i < magic.length; i++)
      if (this.remaining === 0 || this.u8() !== magic.charCodeAt(i)) this.fail('wrong magic');
    const found = this.u8();
    if (found !== version) this.fail(`version ${found} is unknown, ${version} is read here`);
  }

  /**
   * What `ByteWriter.checksum` wrote at the very end: taken off, and refused if anything before it
   * was changed. Called before the content is read.
   */
  checksum(): void {
    const length = this.#bytes.length - 4;
    if (this.remaining < 4) this.fail('ends before its checksum');
    const content = this.#bytes.subarray(0, length);
    if (this.#view.getUint32(length) !== crc32(content)) this.fail('the checksum does not match');
    this.#bytes = content;
  }

  /** Everything has been read: trailing bytes are refused. */
  end(): void {
    if (this.remaining > 0) this.fail(`${this.remaining} trailing bytes`);
  }

  /** Throws an `ERR_MALFORMED` at the present place. */
  fail(reason: string): never {
    throw new MalformedError(`${this.#what}: ${reason}`, { what: this.#what, offset: this.#at });
  }

  #take(length: number): number {
    if (!(length >= 0 && length <= this.remaining))
      this.fail(`ends early: ${length} bytes wanted, ${this.remaining} left`);
    const at = this.#at;
    this.#at += length;
    return at;
  }
}
