import { isEdgeError, type Random } from '@ruvector/core';
import type { Checks } from './checks.js';
import { encodeCommand, type Command } from './machine.js';
import type { Member } from './member.js';

const PATIENCE_MS = 300;

/** What the clients know of the cluster. */
export interface Cluster {
  readonly checks: Checks;
  /** Those that run and would hear a client. */
  reachable(): readonly Member[];
  readonly nowMs: number;
  /** A member has something to do. */
  touch(member: Member): void;
}

/** A session: one command or read at a time, sent again until its outcome is known. */
class Client {
  readonly id: number;
  number = 0;
  isWriting = false;
  /** The read that it waits for, and what was committed when it was asked. */
  read: string | undefined;
  floor = 0;
  /** When it does something next. */
  atMs = 0;
  leader: string | undefined;
  writes = 0;
  reads = 0;

  constructor(id: number) {
    this.id = id;
  }
}

/** All clients of a run. Answers get lost; commands are sent twice, and to whoever is there. */
export class Clients {
  readonly #random: Random;
  readonly #cluster: Cluster;
  readonly #all: Client[];
  readonly #thinkMs: number;
  #reads = 0;
  #isStopped = false;
  #isReading = false;
  /** Share of answers that are lost. */
  loss = 0;

  constructor(count: number, thinkMs: number, random: Random, cluster: Cluster) {
    this.#random = random;
    this.#cluster = cluster;
    this.#thinkMs = thinkMs;
    this.#all = Array.from({ length: count }, (_, id) => new Client(id));
  }

  /** Whether each has written and read since `forgetServed`. */
  get areServed(): boolean {
    return this.#all.every(({ writes, reads }) => writes > 0 && reads > 0);
  }

  forgetServed(): void {
    for (const client of this.#all) client.writes = client.reads = 0;
  }

  /** Whoever asks, asks for a read from now on. */
  onlyRead(): void {
    this.#isStopped = false;
    this.#isReading = true;
    for (const client of this.#all) {
      client.writes = 1;
      client.reads = 0;
    }
  }

  /** Nobody asks for anything any more. */
  stop(): void {
    this.#isStopped = true;
  }

  act(): void {
    if (this.#isStopped) return;
    for (const client of this.#all) if (client.atMs <= this.#cluster.nowMs) this.#turn(client);
  }

  #turn(client: Client): void {
    const random = this.#random;
    client.read = undefined; // it has waited long enough
    // one that has only written reads next: chance could leave it without for seconds
    const isDue = this.#isReading || (client.writes > 0 && client.reads === 0);
    if (!client.isWriting && (isDue || random.next() < 0.35)) this.#ask(client);
    else {
      if (!client.isWriting) client.number += 1;
      client.isWriting = true;
      this.#write(client);
      if (random.next() < 0.05) this.#write(client);
    }
  }

  #memberFor(client: Client): Member | undefined {
    const reachable = this.#cluster.reachable();
    const known = reachable.find(({ id }) => id === client.leader);
    if (known && this.#random.next() < 0.7) return known; // who was told wrong asks around
    return reachable[Math.floor(this.#random.next() * reachable.length)];
  }

  #write(client: Client): void {
    const command = { client: client.id, number: client.number };
    this.#try(client, (member) => {
      member.propose(command, encodeCommand(command, Math.floor(this.#random.next() * 24)));
    });
  }

  #ask(client: Client): void {
    this.#try(client, (member) => {
      const { checks, nowMs } = this.#cluster;
      client.read = `${client.id}:${++this.#reads}`;
      client.floor = checks.commit;
      const leased = member.core!.leaseRead(member.clock(nowMs));
      if (leased === undefined) member.core!.readIndex(client.read);
      else member.waitForRead(client.read, leased);
    });
  }

  #try(client: Client, request: (member: Member) => void): void {
    const { nowMs } = this.#cluster;
    client.atMs = nowMs + PATIENCE_MS;
    const member = this.#memberFor(client);
    if (!member) return;
    try {
      request(member);
      client.leader = member.id;
      this.#cluster.touch(member);
    } catch (error) {
      client.read = undefined;
      client.atMs = nowMs + 10 + Math.floor(this.#random.next() * 60);
      if (isEdgeError(error, 'ERR_RAFT_NOT_LEADER'))
        client.leader = error.details['leader'] as string | undefined;
      else if (!isEdgeError(error, 'ERR_RAFT_OVERLOADED')) throw error;
    }
  }

  answer(command: Command, answer: number | undefined): void {
    const client = this.#all[command.client]!;
    if (answer === undefined) {
      // given up, or executed long ago: to be asked again
      if (client.isWriting && client.number === command.number)
        client.atMs = Math.min(client.atMs, this.#cluster.nowMs + 20);
      return;
    }
    if (this.#random.next() < this.loss) return;
    this.#cluster.checks.acknowledged(command, answer);
    if (!client.isWriting || client.number !== command.number) return;
    client.isWriting = false;
    client.writes += 1;
    this.#think(client);
  }

  answerRead(context: string, index: number | undefined): void {
    const client = this.#all[Number.parseInt(context, 10)]!;
    if (client.read !== context) return;
    client.read = undefined;
    if (index !== undefined) {
      this.#cluster.checks.read(index, client.floor);
      client.reads += 1;
    }
    this.#think(client);
  }

  #think(client: Client): void {
    client.atMs = this.#cluster.nowMs + 1 + Math.floor(this.#random.next() * this.#thinkMs * 2);
  }
}
