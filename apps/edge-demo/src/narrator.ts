const WIDTH = 30;

/** One line such as `documents ███░░░ 50 % 5/10`; `done` is from 0 to `total`. */
export function progressLine(label: string, done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(done / total, 1);
  const full = Math.floor(share * WIDTH);
  const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
  return `${label} ${bar} ${Math.floor(share * 100)} % ${done}/${total}`;
}

/** Where a line of output goes: a terminal or anything else that takes text. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const STEPS = 4;

/**
 * Tells a person how it goes: lines, and a bar that moves on a terminal and is a few lines
 * elsewhere.
 */
export class Narrator {
  readonly #output: Output;
  #bar = '';
  #step = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  say(line: string): void {
    this.#clear();
    this.#output.write(`${printable(line)}\n`);
    if (this.#bar !== '') this.#output.write(this.#bar);
  }

  /** Shows the present state; with `done` equal to `total` the bar has ended. */
  progress(label: string, done: number, total: number): void {
    if (!this.#output.isTTY) return this.#plainProgress(label, done, total);
    this.#clear();
    const line = progressLine(label, done, total).slice(0, (this.#output.columns ?? 80) - 1);
    this.#bar = done < total ? line : '';
    this.#output.write(done < total ? line : `${line}\n`);
  }

  #plainProgress(label: string, done: number, total: number): void {
    const step = total === 0 ? STEPS : Math.floor((STEPS * done) / total);
    if (step > this.#step) this.#output.write(`${label}: ${done} of ${total}\n`);
    this.#step = done < total ? step : 0;
  }

  #clear(): void {
    if (this.#bar !== '') this.#output.write('\r\u001b[K');
  }
}

/** File names and texts of strangers must not steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '·');
}
