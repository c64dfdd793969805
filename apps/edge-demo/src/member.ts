import { createSwarm, WsTransport, type P2PSwarm } from '@ruvector/edge';
import { toHex } from '@ruvector/edge/core';
import { sha256 } from '@ruvector/edge/crypto';
import { parseInvitation } from '@ruvector/edge/swarm';
import { Defector } from './defector.js';
import { DemoFailedError } from './demo-errors.js';
import { DemoTopic, type WorkerReport } from './demo-topics.js';
import { EMBED } from './embed-task.js';
import { EmbedWorker } from './embed-worker.js';
import { heartbeatFor } from './heartbeat.js';
import { HoardingTransport } from './hoarding-transport.js';
import { readStart, type WorkerStart } from './worker-start.js';

const MODEL_TIMEOUT_MS = 30_000;
const READY_TIMEOUT_MS = 30_000;

/** A worker of the demo: joins by the invitation on its standard input and ends with that input. */
async function main(): Promise<void> {
  process.on('SIGINT', () => undefined); // ctrl-C reaches the whole group; the coordinator decides
  let answer = (_line: string) => undefined as void;
  const start = await readStart(
    process.stdin,
    () => process.exit(0),
    (line) => answer(line),
  );
  const { agentId, coordinator, capabilities, invitation } = start;
  const [url] = parseInvitation(invitation).addresses;
  const peers = { [coordinator]: url ?? '' };
  const transport = new HoardingTransport(new WsTransport({ peerId: agentId, peers }));
  const swarm = await createSwarm({
    agentId,
    capabilities: [EMBED, ...capabilities],
    join: invitation,
    transport,
    heartbeat: heartbeatFor(start.workers),
  });
  const defector = new Defector(swarm, transport);
  answer = (line) => {
    void defector
      .attempt(Number(line))
      .then((said) => process.stdout.write(`${JSON.stringify(said)}\n`));
  };
  const loading = fetchModel(swarm, start).then((model) => new EmbedWorker(swarm, model));
  // at once, since tasks may come as soon as we are a member
  swarm.handle(EMBED, async (task) => (await loading).embed(task));
  const worker = await loading;
  swarm.reply(DemoTopic.report(agentId), (message) => report(swarm, worker, message.json()));
  const ready = await swarm.request(DemoTopic.ready, null, { timeoutMs: READY_TIMEOUT_MS });
  refuseOthers(ready.from, coordinator);
}

/** The hash came with the invitation, so the bytes may come over the swarm, from anybody. */
async function fetchModel(swarm: P2PSwarm, { model }: WorkerStart): Promise<Uint8Array> {
  const { payload } = await swarm.request(DemoTopic.model, null, { timeoutMs: MODEL_TIMEOUT_MS });
  if (toHex(sha256(payload)) !== model)
    throw new DemoFailedError('the model that arrived is not the one that was announced');
  return payload;
}

async function report(
  swarm: P2PSwarm,
  worker: EmbedWorker,
  wants: unknown,
): Promise<WorkerReport & Record<string, number>> {
  if ((wants as { sync?: unknown } | null)?.sync === true) await swarm.syncPatterns();
  const { bytes, patterns } = swarm.stats();
  return {
    documents: worker.done,
    patternsMerged: patterns.merged,
    rawBytes: bytes.raw,
    sentBytes: bytes.sent,
  };
}

function refuseOthers(from: string, coordinator: string): void {
  if (from !== coordinator)
    throw new DemoFailedError(`${from} answered in place of ${coordinator}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
