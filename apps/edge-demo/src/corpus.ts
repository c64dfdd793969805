import { systemFiles, type CorpusFiles } from './corpus-files.js';
import { counted } from './counts.js';
import { readTextFile } from './text-file.js';

export interface CorpusDocument {
  /** Unique in its corpus. */
  readonly id: string;
  readonly text: string;
}

export interface SkippedPath {
  readonly path: string;
  readonly reason: string;
}

export interface Corpus {
  /** Sorted by id, by UTF-16 code units, so that every machine has the same order. */
  readonly documents: readonly CorpusDocument[];
  /** Sizes of the document files together. */
  readonly bytes: number;
  readonly skipped: readonly SkippedPath[];
}

/** Bounds of one corpus; what is above them is skipped and reported. */
export interface CorpusLimits {
  /** @default 1 MiB */
  readonly documentBytesMax: number;
  /** @default 10,000 */
  readonly documentsMax: number;
  /** All documents together. @default 64 MiB */
  readonly bytesMax: number;
  /** Names looked at in all folders together. @default 200,000 */
  readonly entriesMax: number;
  /** Folders inside folders. @default 64 */
  readonly depthMax: number;
  /** Skips reported one by one; the rest is one line with their number. @default 10,000 */
  readonly skippedMax: number;
}

const CORPUS_LIMITS: CorpusLimits = {
  documentBytesMax: 1 << 20,
  documentsMax: 10_000,
  bytesMax: 64 << 20,
  entriesMax: 200_000,
  depthMax: 64,
  skippedMax: 10_000,
};

export interface CorpusOptions {
  readonly files?: CorpusFiles;
  readonly limits?: Partial<CorpusLimits>;
}

/** Collects documents and skips within the limits. */
export class CorpusBuilder {
  readonly files: CorpusFiles;
  readonly limits: CorpusLimits;
  readonly #documents = new Map<string, CorpusDocument>();
  readonly #skipped: SkippedPath[] = [];
  #skippedMore = 0;
  #bytes = 0;
  #entries = 0;
  #full = false;

  constructor({ files = systemFiles, limits = {} }: CorpusOptions = {}) {
    this.files = files;
    this.limits = { ...CORPUS_LIMITS, ...limits };
  }

  /** Whether a limit of the whole corpus was reached: nothing more will be taken. */
  get full(): boolean {
    return this.#full;
  }

  has(id: string): boolean {
    return this.#documents.has(id);
  }

  /** Counts one name that was looked at. */
  enter(path: string): void {
    this.#entries++;
    if (this.#entries > this.limits.entriesMax)
      this.#cut(path, `the limit of ${this.limits.entriesMax} entries is reached`);
  }

  skip(path: string, reason: string): void {
    if (this.#skipped.length < this.limits.skippedMax) this.#skipped.push({ path, reason });
    else this.#skippedMore++;
  }

  /** Reads the file as a document, or reports under `shownPath` why it is not one. */
  async add(id: string, path: string, shownPath = id): Promise<void> {
    const file = await readTextFile(this.files, path, this.limits.documentBytesMax);
    if (file.text === undefined) return this.skip(shownPath, file.skipped);
    const { documentsMax, bytesMax } = this.limits;
    if (this.#documents.size >= documentsMax)
      return this.#cut(shownPath, `the limit of ${documentsMax} documents is reached`);
    if (this.#bytes + file.bytes > bytesMax)
      return this.#cut(shownPath, `the limit of ${bytesMax} bytes in all is reached`);
    this.#bytes += file.bytes;
    this.#documents.set(id, { id, text: file.text });
  }

  build(): Corpus {
    const skipped = this.#skipped.toSorted((a, b) => byCodeUnits(a.path, b.path));
    if (this.#skippedMore > 0)
      skipped.push({ path: '…', reason: `and ${counted(this.#skippedMore, 'more path')}` });
    const documents = [...this.#documents.values()].toSorted((a, b) => byCodeUnits(a.id, b.id));
    return { documents, bytes: this.#bytes, skipped };
  }

  #cut(path: string, reason: string): void {
    if (!this.#full) this.skip(path, `${reason}: this and what follows is left out`);
    this.#full = true;
  }
}

export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
