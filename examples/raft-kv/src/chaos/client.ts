import type { Random } from '@ruvector/core';
import type { KeyValueInput, Operation, RegisterOutput } from '@ruvector/raft/testing';
import type { MemberProcess } from './member-process.js';

/** How long a client waits for an answer before it goes on without. */
const PATIENCE_MS = 3_000;

type KeyValueOperation = Operation<KeyValueInput, RegisterOutput>;

/** What all clients share. */
export interface ClientPlan {
  readonly members: readonly MemberProcess[];
  readonly keys: readonly string[];
  readonly random: Random;
  readonly history: KeyValueOperation[];
  /** Milliseconds on the one clock of the history. */
  readonly now: () => number;
}

/** Does one random operation after the other, and writes down what it saw. */
export class Client {
  readonly #id: string;
  readonly #plan: ClientPlan;
  readonly #seen = new Map<string, string | undefined>();
  #count = 0;

  constructor(id: string, plan: ClientPlan) {
    this.#id = id;
    this.#plan = plan;
  }

  /** Goes on until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.operate(this.#nextInput());
  }

  #nextInput(): KeyValueInput {
    const { keys, random } = this.#plan;
    const key = keys[random.uint32() % keys.length]!;
    const value = `${this.#id}-${this.#count++}`;
    const dice = random.next();
    if (dice < 0.45) return { type: 'get', key };
    if (dice < 0.75) return { type: 'put', key, value };
    if (dice < 0.95) return { type: 'cas', key, expected: this.#seen.get(key), value };
    return { type: 'delete', key };
  }

  /** Asks a member that is there, and writes down what came of it. */
  async operate(input: KeyValueInput): Promise<boolean> {
    const { members, random, history, now } = this.#plan;
    const doors = members.flatMap(({ door }) => door ?? []);
    const door = doors[random.uint32() % doors.length];
    if (door === undefined) return pause();
    const calledAt = now();
    const answer = await ask(door, input).catch(() => undefined);
    if (!answer) {
      // a read that was not answered tells nothing
      if (input.type !== 'get') history.push({ client: this.#id, input, calledAt });
      return pause();
    }
    const { output } = answer;
    if (input.type === 'get') this.#seen.set(input.key, output as string | undefined);
    history.push({ client: this.#id, input, output, calledAt, returnedAt: now() });
    return true;
  }
}

const pause = (): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), 20));

/** One request. @throws if its outcome is not known, or if it was refused */
async function ask(door: string, input: KeyValueInput): Promise<{ output: RegisterOutput }> {
  const at = `${door}/kv/${encodeURIComponent(input.key)}`;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await send(at, input, signal);
  const body = (await response.json()) as { value?: string; changed?: boolean; message?: string };
  if (input.type === 'get' && response.status === 404) return { output: undefined };
  if (!response.ok) throw new Error(body.message);
  if (input.type === 'get') return { output: body.value };
  return { output: input.type === 'put' ? undefined : body.changed };
}

function send(at: string, input: KeyValueInput, signal: AbortSignal): Promise<Response> {
  switch (input.type) {
    case 'get':
      return fetch(at, { signal });
    case 'put':
      return fetch(at, { method: 'PUT', body: String(input.value), signal });
    case 'delete':
      return fetch(at, { method: 'DELETE', signal });
    case 'cas': {
      const body = JSON.stringify({ expected: input.expected ?? null, value: input.value });
      return fetch(`${at}/cas`, { method: 'POST', body, signal });
    }
  }
}
