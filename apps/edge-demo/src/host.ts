import { createSwarm, WsTransport, type P2PSwarm } from '@ruvector/edge';
import { isEdgeError } from '@ruvector/edge/core';
import { DemoUsageError } from './demo-errors.js';
import type { Flags } from './flags.js';
import { FrameRecorder } from './frame-recorder.js';
import { heartbeatFor } from './heartbeat.js';
import { SentLog } from './sent-log.js';

export const COORDINATOR = 'coordinator-001';
const LOOPBACK = '127.0.0.1';

/** The coordinator's end of the swarm, with ears on the wire for the faults that need them. */
export interface Host {
  readonly swarm: P2PSwarm;
  readonly url: string;
  readonly recorder: FrameRecorder;
  /** What the coordinator sends, for an attacker that is to have all of it. */
  readonly sent: SentLog;
}

/** @throws DemoUsageError if the port cannot be listened on. */
export async function openHost({ port, workers }: Pick<Flags, 'port' | 'workers'>): Promise<Host> {
  const transport = new WsTransport({ peerId: COORDINATOR, listen: { host: LOOPBACK, port } });
  const recorder = new FrameRecorder(transport); // first, so that it hears a frame before the swarm
  const sent = new SentLog(transport);
  const url = () => transport.address?.url;
  try {
    const swarm = await createSwarm({
      agentId: COORDINATOR,
      role: 'coordinator',
      transport: sent,
      heartbeat: heartbeatFor(workers),
      addresses: () => [url() ?? ''],
    });
    return { swarm, url: url() ?? '', recorder, sent };
  } catch (cause) {
    if (!isEdgeError(cause, 'ERR_WS_LISTEN')) throw cause;
    const { reason } = cause.details;
    const why = reason === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${String(reason)})`;
    throw new DemoUsageError(`--port ${port} ${why}`, { cause });
  }
}
