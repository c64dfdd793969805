import { close, constants, open, write, writeSync } from 'node:fs';
import { systemClock, type Clock } from '@ruvector/core';

/** The longest piece: a page of WebAssembly memory. */
const DIRECT_BYTES_MAX = 1 << 16;
/** Writes at a time in this process; Node has 4 threads for them unless told otherwise. */
const DIRECT_WRITES_MAX = 16;

/**
 * A write that takes less is waited for where it is: handing it to another thread and hearing of it
 * takes a third as long as the write, and twice the CPU. As long as another garbage collection.
 */
const QUICK_MS = 1;
/** So many writes one after the other have to have been quick before one is waited for. */
const QUICK_WRITES_MIN = 8;
/** One in so many is not, so that timers and sockets have their turn, whoever appends on and on. */
const WRITES_A_TURN = 32;

const { O_RDWR, O_DIRECT, O_DSYNC } = constants;

/**
 * An open file that is written past the cache of the system, each write safe when it is done: one
 * way to the disk and one through the thread pool, in place of two and a copy. What can be written
 * so depends on the file system and on the sectors of the disk, and so is found out.
 */
export class DirectFile {
  readonly #fd: number;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #isPossible = true;
  /** Since one was slow. */
  #quickWrites = 0;

  private constructor(fd: number, clock: Pick<Clock, 'monotonic'>) {
    this.#fd = fd;
    this.#clock = clock;
  }

  /** @returns `undefined` where there is no such thing: elsewhere these flags mean less. */
  static async open(
    path: string,
    clock: Pick<Clock, 'monotonic'> = systemClock,
  ): Promise<DirectFile | undefined> {
    if (process.platform !== 'linux' || !O_DIRECT || !O_DSYNC) return undefined;
    const fd = await new Promise<number>((resolve) => {
      open(path, O_RDWR | O_DIRECT | O_DSYNC, (error, opened) => resolve(error ? -1 : opened));
    });
    return fd < 0 ? undefined : new DirectFile(fd, clock);
  }

  /**
   * Writes all of it.
   *
   * @returns whether it did. Where `false`, nothing was written that may not be written again.
   */
  async write(offset: number, bytes: Uint8Array): Promise<boolean> {
    if (!this.#isPossible || bytes.length > DIRECT_BYTES_MAX) return false;
    const memory = takeMemory();
    if (memory === undefined) return false;
    memory.set(bytes);
    try {
      for (let done = 0; done < bytes.length;)
        done += await this.#writeTimed(memory, done, bytes.length - done, offset + done);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
      this.#isPossible = false; // sectors are longer than thought
      return false;
    } finally {
      idle!.push(memory);
    }
  }

  async #writeTimed(memory: Uint8Array, at: number, length: number, offset: number) {
    const startMs = this.#clock.monotonic();
    const isInPlace =
      this.#quickWrites >= QUICK_WRITES_MIN && this.#quickWrites % WRITES_A_TURN !== 0;
    const written = isInPlace
      ? writeSync(this.#fd, memory, at, length, offset)
      : await this.#write(memory, at, length, offset);
    const isQuick = this.#clock.monotonic() - startMs < QUICK_MS;
    this.#quickWrites = isQuick ? this.#quickWrites + 1 : 0;
    return written;
  }

  #write(memory: Uint8Array, at: number, length: number, offset: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#fd, memory, at, length, offset, (error, written) => {
        if (error) reject(error);
        else resolve(written);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      close(this.#fd, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/** Pieces of memory that nobody writes from. */
let idle: Uint8Array[] | undefined;

const takeMemory = (): Uint8Array | undefined => (idle ??= makeMemory()).pop();

/**
 * What is written has to begin at a multiple of a sector in memory, and only WebAssembly's memory
 * is known to: at one of a page. None where there is no WebAssembly, or no address space for it.
 */
function makeMemory(): Uint8Array[] {
  try {
    const pages = { initial: DIRECT_WRITES_MAX, maximum: DIRECT_WRITES_MAX };
    const { buffer } = new WebAssembly.Memory(pages);
    return Array.from(
      { length: DIRECT_WRITES_MAX },
      (_, page) => new Uint8Array(buffer, page * DIRECT_BYTES_MAX, DIRECT_BYTES_MAX),
    );
  } catch {
    return [];
  }
}
