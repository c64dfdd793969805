import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const PROGRAM = path.resolve(import.meta.dirname, '../dist/main.js');

/** The built demo in a process of its own. */
export class DemoProcess {
  readonly child: ChildProcess;
  /** Exit code and all output, once the process and its pipes are closed. */
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  readonly #watchers = new Set<() => void>();
  #stdout = '';
  #stderr = '';

  constructor(...args: string[]) {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: build the demo first`);
    this.child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#tell();
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#tell();
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => {
        this.#tell();
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** Resolves to the match when what was written so far, on either stream, matches. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#stdout + this.#stderr);
      if (match !== null) return match;
      if (this.child.exitCode !== null)
        throw new Error(`ended without saying ${pattern}:\n${this.#stdout}\n${this.#stderr}`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  #tell(): void {
    for (const resolve of this.#watchers) resolve();
    this.#watchers.clear();
  }
}

/** Runs the demo to its end. */
export const runDemo = (...args: string[]) => new DemoProcess(...args).ended;

/** Whether a process is there, zombies left out of account. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
