import type { P2PSwarm } from '@ruvector/edge';
import { DemoTopic } from './demo-topics.js';
import type { HoardingTransport } from './hoarding-transport.js';

/** What a member that was expelled could make of the frames it was given. */
export interface DefectorReport {
  /** Frames that it was given after it turned. */
  readonly frames: number;
  /** Secrets that it has read, before and after. */
  readonly before: number;
  readonly after: number;
}

/** A worker that turns against the swarm when it is told to: keeps its keys, and reads on. */
export class Defector {
  readonly #transport: HoardingTransport;
  #read = 0;
  #before = 0;

  constructor(swarm: P2PSwarm, transport: HoardingTransport) {
    this.#transport = transport;
    swarm.subscribe(DemoTopic.secret, () => void this.#read++);
    swarm.reply(DemoTopic.turn(swarm.agentId), () => {
      this.#before = this.#read;
      transport.hoard();
      return this.#before;
    });
  }

  /** Tries every frame it was given, once there are so many. */
  async attempt(count: number): Promise<DefectorReport> {
    await this.#transport.has(count);
    const frames = this.#transport.tryAll();
    return { frames, before: this.#before, after: this.#read - this.#before };
  }
}
