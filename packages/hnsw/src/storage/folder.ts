/**
 * A place for files, as far as a log of commits needs one: in Node or in a browser.
 *
 * A file is made whole and never changed, so a crash leaves it there or not there. What a folder
 * cannot do is an `EdgeError` with one of the codes `ERR_STORAGE_…`.
 */
export interface Folder {
  /** Where it is, for messages. */
  readonly place: string;
  /** Names of the whole files, in any order; there may be files of others among them. */
  names(): Promise<string[]>;
  /**
   * Bytes from `offset` on, a new array: fewer than `length` if the file ends before. `undefined`
   * if there is no such file.
   */
  read(name: string, offset: number, length: number): Promise<Uint8Array | undefined>;
  /** Bytes of the file, `undefined` if there is none. */
  size(name: string): Promise<number | undefined>;
  /**
   * Makes a file of these pieces, whole or not at all; when this resolves it is as safe as the
   * platform can make it.
   *
   * @returns false if there is a file of that name, which stays as it was.
   */
  create(name: string, pieces: Pieces): Promise<boolean>;
  /** Removes files for good; of absent ones nothing is said. */
  remove(names: readonly string[]): Promise<void>;
  /** Removes what a `create` that a crash cut short has left. */
  sweep(): Promise<void>;
  /** Does `act` while no other storage on this folder does so, as far as the platform can. */
  exclusively<T>(act: () => Promise<T>): Promise<T>;
}

/** Bytes of a file, one piece after the other. */
export type Pieces = AsyncIterable<Uint8Array>;

/** What the name of an unfinished file ends in. */
export const UNFINISHED = '.unfinished';
