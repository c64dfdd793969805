import type { Readable } from 'node:stream';
import { checkInteger } from '@ruvector/edge/core';
import { DemoFailedError } from './demo-errors.js';

/** What a worker is told on its standard input, in one line of JSON: the invitation is a secret. */
export interface WorkerStart {
  readonly agentId: string;
  readonly coordinator: string;
  readonly capabilities: readonly string[];
  /** Workers in the swarm at the start. */
  readonly workers: number;
  readonly invitation: string;
  /** SHA-256 of the model to fetch, hexadecimal. */
  readonly model: string;
}

const LINE_CHARS_MAX = 65_536;

/**
 * Reads the first line of `input`.
 *
 * @param onEnd - called when the input ends, before or after the line: nobody wants this worker.
 * @param onLine - called with each line after that.
 * @throws DemoFailedError if the line is too long or not a `WorkerStart`.
 */
export function readStart(
  input: Readable,
  onEnd: () => void,
  onLine: (line: string) => void = () => undefined,
): Promise<WorkerStart> {
  return new Promise((resolve, reject) => {
    let text = '';
    let take = (line: string): void => {
      take = onLine;
      try {
        resolve(parseStart(line));
      } catch (error) {
        reject(error as Error);
      }
    };
    input.setEncoding('utf8');
    input.on('close', onEnd);
    input.on('end', onEnd);
    input.on('error', onEnd);
    input.on('data', (chunk: string) => {
      const lines = `${text}${chunk}`.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) take(line);
      if (text.length <= LINE_CHARS_MAX) return;
      text = '';
      take('');
    });
  });
}

function parseStart(line: string): WorkerStart {
  try {
    const start = JSON.parse(line) as Record<string, unknown>;
    const texts = (name: string) => {
      const value = start[name];
      if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
        throw new TypeError(`${name} must be a list of strings`);
      return value;
    };
    const text = (name: string) => {
      const value = start[name];
      if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
      return value;
    };
    const workers = checkInteger('workers', start['workers'], { min: 1 });
    return {
      agentId: text('agentId'),
      workers,
      coordinator: text('coordinator'),
      capabilities: texts('capabilities'),
      invitation: text('invitation'),
      model: text('model'),
    };
  } catch {
    // no cause: the line holds a secret, and a parser's message may quote it
    throw new DemoFailedError('a worker was started without a proper invitation');
  }
}
