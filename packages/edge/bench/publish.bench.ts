/**
 * A signed and sealed publish to two subscribers, CPU time of all three members, against the
 * cryptography that it cannot do without: seal once, open twice.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { createSwarm, type P2PSwarm } from '@ruvector/edge';
import { MemoryNetwork } from '@ruvector/edge/core/memory';
import * as crypto from '@ruvector/edge/crypto';
import { bench } from '../../../tools/bench/bench.js';
import { randomBytes } from '../../../tools/bench/seeded-data.js';

/** Published before anybody waits for what has arrived. */
const MESSAGES = 50;

class Trio {
  readonly #hub: P2PSwarm;
  readonly #members: readonly P2PSwarm[];
  #arrived = 0;

  private constructor(hub: P2PSwarm, members: readonly P2PSwarm[]) {
    this.#hub = hub;
    this.#members = members;
    for (const member of members) member.subscribe('news', () => void this.#arrived++);
  }

  static async overMemory(): Promise<Trio> {
    const network = new MemoryNetwork();
    const hub = await createSwarm({ agentId: 'hub', transport: network.transport('hub') });
    const join = await hub.invite();
    const members = ['a', 'b'].map((agentId) =>
      createSwarm({ agentId, join, transport: network.transport(agentId) }),
    );
    return new Trio(hub, await Promise.all(members));
  }

  static async overSockets(): Promise<Trio> {
    const hub = await createSwarm({ agentId: 'hub', listen: 'ws://127.0.0.1:0' });
    const join = await hub.invite();
    const members = ['a', 'b'].map((agentId) => createSwarm({ agentId, join }));
    return new Trio(hub, await Promise.all(members));
  }

  /** Publishes a burst; resolves when both subscribers have had all of it. */
  async publish(body: Uint8Array): Promise<void> {
    const target = this.#arrived + 2 * MESSAGES;
    for (let sent = 0; sent < MESSAGES; sent++) await this.#hub.publish('news', body);
    while (this.#arrived < target) await turn();
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.leave()));
    await this.#hub.close();
  }
}

function cryptographyAlone(body: Uint8Array): () => unknown {
  const { secretKey, publicKey } = crypto.ed25519.keygen(randomBytes(32));
  const [key, nonce, digest] = [randomBytes(32), randomBytes(12), randomBytes(32)];
  return () => {
    const opened: unknown[] = [];
    for (let sent = 0; sent < MESSAGES; sent++) {
      const sealed = crypto.aes256gcm.seal(key, nonce, body);
      const signature = crypto.ed25519.sign(digest, secretKey);
      for (let subscriber = 0; subscriber < 2; subscriber++) {
        opened.push(crypto.ed25519.verify(signature, digest, publicKey));
        opened.push(crypto.aes256gcm.open(key, nonce, sealed));
      }
    }
    return opened;
  };
}

const parameters = { bodyBytes: 1024, subscribers: 2, messagesPerBurst: MESSAGES };
await bench(parameters, async ({ parameters: { bodyBytes }, compare }) => {
  const body = randomBytes(bodyBytes);
  const [sockets, memory] = [await Trio.overSockets(), await Trio.overMemory()];
  await compare(
    'publish a message',
    {
      'over transport-ws': () => sockets.publish(body),
      'over memory': () => memory.publish(body),
      'cryptography alone': cryptographyAlone(body),
    },
    // 10,000 a second on two cores, if these have equal parts of the work
    { goals: [{ perSecond: '>= 5000' }], per: MESSAGES },
  );
  await Promise.all([sockets.close(), memory.close()]);
});
