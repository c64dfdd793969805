import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DemoFailedError } from './demo-errors.js';
import type { WorkerStart } from './worker-start.js';

const OUTPUT_CHARS_MAX = 4096;
const PROGRAM = /* @__PURE__ */ new URL('member.js', import.meta.url);

/** A worker in a process of its own. It ends when its standard input does, so none outlives us. */
export class WorkerProcess {
  readonly id: string;
  readonly slot: number;
  /** Resolves when the process is gone, whatever ended it. */
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  readonly #readers: ((line: string) => void)[] = [];
  #alive = true;
  #output = '';

  constructor(slot: number, start: WorkerStart, program = fileURLToPath(PROGRAM)) {
    this.id = start.agentId;
    this.slot = slot;
    this.#child = spawn(process.execPath, [program, start.agentId], { stdio: 'pipe' });
    this.gone = new Promise((resolve) => {
      const end = (reason: string) => {
        this.#alive = false;
        this.#keep(`${this.id} ${reason}`);
        resolve();
      };
      this.#child.once('error', (error) => end(`could not be started: ${error.message}`));
      this.#child.once('exit', (code, signal) => end(`ended with ${signal ?? `code ${code}`}`));
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.#keep(text));
    createInterface({ input: this.#child.stdout! }).on('line', (text) =>
      this.#readers.shift()?.(text),
    );
    this.#child.stdin?.on('error', () => undefined); // it may die before it reads: see `gone`
    this.#child.stdin?.write(`${JSON.stringify(start)}\n`);
  }

  get alive(): boolean {
    return this.#alive && this.pid > 0;
  }

  /** −1 if the process could not even be started. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** The last that the process wrote, and how it ended. */
  get output(): string {
    return this.#output.trim();
  }

  /** The first line of that, which says what went wrong, and the last, which says how it ended. */
  get lastWords(): string {
    const lines = this.output.split('\n');
    return [...new Set([lines[0], lines.at(-1)])].join('; ');
  }

  /**
   * Writes a line to its standard input.
   *
   * @returns the next line that it writes.
   * @throws DemoFailedError if it ends first.
   */
  async ask(line: string): Promise<string> {
    const answer = new Promise<string>((resolve) => this.#readers.push(resolve));
    this.#child.stdin?.write(`${line}\n`);
    const text = await Promise.race([answer, this.gone]);
    if (text === undefined) throw new DemoFailedError(this.lastWords);
    return text;
  }

  /** kill −9: no farewell, no last frame. */
  kill(): void {
    if (this.alive) this.#child.kill('SIGKILL');
  }

  #keep(text: string): void {
    this.#output = `${this.#output}${text}\n`.slice(-OUTPUT_CHARS_MAX);
  }
}
