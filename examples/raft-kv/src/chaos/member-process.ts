import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Relay } from './relay.js';

/** What a member says once it is there. */
interface Ports {
  readonly port: number;
  readonly http: number;
}

/** How a member is started. */
export interface MemberPlan {
  readonly id: string;
  readonly script: string;
  readonly folder: string;
  /** The others: their ids, and the relay to them if it is this one that dials. */
  readonly others: readonly (readonly [id: string, relay?: Relay])[];
  /** The relays that lead here. */
  readonly entrances: readonly Relay[];
}

/** A member in a process of its own, which can be killed, stopped and cut off. */
export class MemberProcess {
  readonly plan: MemberPlan;
  #child: ChildProcess | undefined;
  #http = 0;

  constructor(plan: MemberPlan) {
    this.plan = plan;
  }

  /** The door for clients; `undefined` while the process is not there. */
  get door(): string | undefined {
    return this.#http === 0 ? undefined : `http://127.0.0.1:${this.#http}`;
  }

  /** Resolves when the member says where it listens. */
  async start({ bootstrap = false } = {}): Promise<void> {
    const { id, script, folder, others, entrances } = this.plan;
    const peers = others.flatMap(([peer, relay]) => [
      '--peer',
      relay ? `${peer}=${relay.url}` : peer,
    ]);
    const flags = ['--id', id, '--folder', folder, ...peers, ...(bootstrap ? ['--bootstrap'] : [])];
    const child = spawn(process.execPath, [script, ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const { port, http } = await portsOf(child, id);
    this.#http = http;
    for (const entrance of entrances) entrance.port = port;
  }

  /** Ends the process at once, wherever it is. Resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#leave();
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  /** Asks it to end. @returns its exit code. */
  async end(): Promise<number | null> {
    const child = this.#child!;
    this.#leave();
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    return gone;
  }

  #leave(): void {
    this.#http = 0;
    for (const entrance of this.plan.entrances) entrance.port = 0;
  }

  /** The process stands still, and its connections stay open. */
  stop(): void {
    this.#child?.kill('SIGSTOP');
  }

  go(): void {
    this.#child?.kill('SIGCONT');
  }

  /** All links to others. */
  get links(): readonly Relay[] {
    const { others, entrances } = this.plan;
    return [...entrances, ...others.flatMap(([, relay]) => relay ?? [])];
  }
}

/** The first line of its output; a process that ends before is an error. */
function portsOf(child: ChildProcess, id: string): Promise<Ports> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${id} ended with ${code} before it was there`)));
    createInterface(child.stdout!).once('line', (line) => resolve(JSON.parse(line) as Ports));
  });
}
