import { checkObject, ClosedError, fromUtf8, isEdgeError, toWire } from '@ruvector/core';
import type { RaftServer } from '@ruvector/raft';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  checkKey,
  checkValue,
  decodeOutcome,
  encode,
  VALUE_CHARS_MAX,
  type Command,
  type Outcome,
} from './command.js';
import type { Store } from './store.js';

/** Bytes of a request's body: a value and what it is to replace, each character three bytes. */
const BODY_BYTES_MAX = 8 * VALUE_CHARS_MAX;

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** The request itself is wrong, and nothing was done. */
class BadRequest extends Error {}

/**
 * GET, PUT and DELETE `/kv/KEY`, POST `/kv/KEY/cas`, GET `/status`. Every member answers: what it
 * cannot decide it asks the leader.
 */
export class HttpDoor {
  readonly #server: RaftServer;
  readonly #store: Store;

  constructor(server: RaftServer, store: Store) {
    this.#server = server;
    this.#store = store;
  }

  handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, body } = await this.#answer(request).catch(answerOf);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { method = '', url = '/' } = request;
    const [, room = '', name = '', verb = '', ...more] = url.split('/');
    if (room === 'status' && method === 'GET') return { status: 200, body: this.#status() };
    if (room !== 'kv' || more.length > 0 || (verb !== '' && method !== 'POST'))
      return { status: 404, body: { message: 'no such room' } };
    const key = given(() => checkKey(decodeURIComponent(name)));
    if (method === 'GET') return this.#read(key);
    if (method === 'DELETE') return this.#change({ op: 'delete', key });
    const text = await bodyOf(request);
    if (method === 'PUT')
      return this.#change({ op: 'put', key, value: given(() => checkValue('value', text)) });
    if (method === 'POST' && verb === 'cas')
      return this.#change({ op: 'cas', key, ...pairIn(text) });
    return { status: 405, body: { message: `${method} is not possible here` } };
  }

  #status(): object {
    const status = this.#server.status();
    if (!status) throw new ClosedError('the server');
    const { id, role, term, leader, commit, applied } = status;
    return { id, role, term, leader: leader ?? null, commit, applied, keys: this.#store.size };
  }

  async #read(key: string): Promise<Answer> {
    await this.#server.linearizableRead();
    const value = this.#store.get(key);
    return value === undefined
      ? { status: 404, body: { message: 'no such key' } }
      : { status: 200, body: { value } };
  }

  async #change(command: Command): Promise<Answer> {
    const { index, result } = await this.#server.propose(encode(command));
    const outcome: Outcome = decodeOutcome(result);
    return { status: 200, body: { index, ...outcome } };
  }
}

/** The request ended with an error: what is known of its effect is in the status. */
function answerOf(error: unknown): Answer {
  if (error instanceof BadRequest) return { status: 400, body: { message: error.message } };
  const isUnknown =
    isEdgeError(error, 'ERR_RAFT_UNKNOWN_OUTCOME') || isEdgeError(error, 'ERR_TIMEOUT');
  return { status: isUnknown ? 504 : 503, body: toWire(error) };
}

function given<T>(check: () => T): T {
  try {
    return check();
  } catch (cause) {
    throw new BadRequest((cause as Error).message, { cause });
  }
}

function pairIn(text: string): { expected: string | null; value: string } {
  return given(() => {
    const pair = checkObject('body', JSON.parse(text) as Record<string, unknown>);
    const { expected = null, value } = pair;
    return {
      expected: expected === null ? null : checkValue('expected', expected),
      value: checkValue('value', value),
    };
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX)
      throw new BadRequest(`the body must have at most ${BODY_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return given(() => fromUtf8(new Uint8Array(Buffer.concat(parts))));
}
