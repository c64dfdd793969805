import { ByteReader, ByteWriter, checkBytes } from '@ruvector/core';
import { decodeConfiguration, type Configuration } from '../configuration.js';
import type { Entry, Snapshot } from '../entry.js';
import { decodeCommand, type SessionCommand } from './command-codec.js';
import { SessionExpiredError, UnknownOutcomeError } from './errors.js';
import { SessionTable } from './session-table.js';
import type { StateMachine } from './state-machine.js';

const MAGIC = 'RVRS';
const VERSION = 1;
const NOTHING = new Uint8Array(0);

/** What an entry came to: the result of a command, or why there is none. */
export type Outcome = Uint8Array | Error;

/** What the log says, carried out: state machine, sessions and configuration, as of `index`. */
export class Applying {
  readonly #machine: StateMachine;
  readonly #sessions = new SessionTable();
  #index = 0;
  #config: Configuration;

  /** @param config - that the cluster begins with. */
  constructor(machine: StateMachine, config: Configuration) {
    this.#machine = machine;
    this.#config = config;
  }

  /** The last entry that was applied. */
  get index(): number {
    return this.#index;
  }

  /** The configuration as of that entry: committed, unlike the core's. */
  get config(): Configuration {
    return this.#config;
  }

  /** @throws MalformedError for an entry that no server makes; what the state machine throws. */
  apply(entry: Entry): Outcome | Promise<Outcome> {
    const outcome = this.#carryOut(entry);
    if (!(outcome instanceof Promise)) {
      this.#index = entry.index;
      return outcome;
    }
    return outcome.then((settled) => {
      this.#index = entry.index;
      return settled;
    });
  }

  #carryOut({ type, index, term, data }: Entry): Outcome | Promise<Outcome> {
    if (type === 'confChange') {
      this.#config = decodeConfiguration(data);
      return NOTHING;
    }
    if (data.length === 0) return NOTHING; // begins a term
    const command = decodeCommand(data);
    if (command.kind === 'plain') return this.#run(index, term, command.data);
    if (command.kind === 'session') return this.#runOnce(index, term, command);
    this.#sessions.open(index, command.sessionsMax);
    return NOTHING;
  }

  #run(index: number, term: number, data: Uint8Array): Outcome | Promise<Outcome> {
    const result = this.#machine.apply({ index, term, data });
    if (result instanceof Uint8Array) return result;
    return Promise.resolve(result).then((bytes) => checkBytes('result of apply', bytes));
  }

  #runOnce(index: number, term: number, command: SessionCommand): Outcome | Promise<Outcome> {
    const verdict = this.#sessions.look(command);
    if (verdict === 'expired') return new SessionExpiredError(command.session);
    if (verdict === 'stale') return new UnknownOutcomeError();
    if (verdict !== 'run') return verdict.slice();
    const keep = (outcome: Outcome): Outcome => {
      if (outcome instanceof Uint8Array) this.#sessions.keep(command, outcome);
      return outcome;
    };
    const outcome = this.#run(index, term, command.data);
    return outcome instanceof Promise ? outcome.then(keep) : keep(outcome);
  }

  /** All of it as bytes, as of this call. */
  snapshot(): Uint8Array | Promise<Uint8Array> {
    const sessions = new ByteWriter();
    this.#sessions.write(sessions);
    const whole = (state: Uint8Array) =>
      new ByteWriter(state.length + sessions.length + 16)
        .header(MAGIC, VERSION)
        .block(checkBytes('result of snapshot', state))
        .raw(sessions.bytes())
        .bytes();
    const state = this.#machine.snapshot();
    return state instanceof Uint8Array ? whole(state) : Promise.resolve(state).then(whole);
  }

  /** @throws MalformedError for bytes that no server makes; what the state machine throws. */
  async restore({ index, config, data }: Snapshot): Promise<void> {
    const reader = new ByteReader(data, 'raft snapshot');
    reader.header(MAGIC, VERSION);
    const state = reader.block();
    this.#sessions.read(reader);
    reader.end();
    await this.#machine.restore(state);
    this.#index = index;
    this.#config = config;
  }
}
