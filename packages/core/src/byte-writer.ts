import { utf8 } from './bytes.js';
import { crc32 } from './crc32.js';

/**
 * Builds bytes in order, all integers big-endian. Values are trusted: they come from us.
 *
 * @example
 * new ByteWriter().u8(1).u16(2).bytes(); // => Uint8Array.of(1, 0, 2)
 */
export class ByteWriter {
  #buffer: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacityBytes = 256) {
    this.#buffer = new Uint8Array(capacityBytes);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** The lowest 8 bits of an integer. */
  u8(value: number): this {
    const at = this.#take(1);
    this.#view.setUint8(at, value);
    return this;
  }

  /** The lowest 16 bits of an integer. */
  u16(value: number): this {
    const at = this.#take(2);
    this.#view.setUint16(at, value);
    return this;
  }

  /** The lowest 32 bits of an integer. */
  u32(value: number): this {
    const at = this.#take(4);
    this.#view.setUint32(at, value);
    return this;
  }

  /** The lowest 64 bits of a bigint. */
  u64(value: bigint): this {
    const at = this.#take(8);
    this.#view.setBigUint64(at, value);
    return this;
  }

  /** Rounded to 32 bits. */
  f32(value: number): this {
    const at = this.#take(4);
    this.#view.setFloat32(at, value);
    return this;
  }

  /** All 64 bits of a number; NaN and infinities too. */
  f64(value: number): this {
    const at = this.#take(8);
    this.#view.setFloat64(at, value);
    return this;
  }

  /** The bytes alone, copied: whoever reads them must know how many there are. */
  raw(bytes: Uint8Array): this {
    const at = this.#take(bytes.length);
    this.#buffer.set(bytes, at);
    return this;
  }

  /** Magic (ASCII) and version: what `ByteReader.header` checks. */
  header(magic: string, version: number): this {
    return this.raw(utf8(magic)).u8(version);
  }

  /** Length as u32, then the bytes. */
  block(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes);
  }

  /** Length in bytes as u32, then UTF-8. */
  text(text: string): this {
    return this.block(utf8(text));
  }

  /** Length as u32, then the values as big-endian 32-bit floats. */
  vector(values: Float32Array): this {
    this.u32(values.length);
    const at = this.#take(4 * values.length);
    for (let i = 0; i < values.length; i++) this.#view.setFloat32(at + 4 * i, values[i]!);
    return this;
  }

  /** CRC-32 of everything so far, as u32: the last thing in a saved file. */
  checksum(): this {
    return this.u32(crc32(this.#buffer.subarray(0, this.#length)));
  }

  /** A copy of what was written so far. */
  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  #take(bytes: number): number {
    const at = this.#length;
    const needed = at + bytes;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
      grown.set(this.#buffer);
      this.#buffer = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = needed;
    return at;
  }
}
