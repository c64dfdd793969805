import { ok } from 'node:assert';
import * as crypto from '@ruvector/crypto';
import { randomBytes } from '../../../tools/bench/seeded-data.js';

const swarmId = 'swarm-1';
const epoch = 1n;
const now = 1_700_000_000_000;
const clock = { now: () => now, monotonic: () => 0, setTimeout: () => () => undefined };

/** A sender, and receivers who know it, for envelopes with bodies of that many bytes. */
export function envelopePair(bodyBytes: number) {
  const identity = crypto.IdentityManager.create({ swarmId, clock });
  const registration = identity.createRegistration('worker-1', ['embed']);
  const admission = crypto.trustOnFirstUse();
  const registry = new crypto.MemberRegistry({ swarmId, admission, clock });
  ok(registry.apply(registration).ok);
  const sender = crypto.memberKeyId(registration.record);
  const [swarmKey, sessionKey] = [randomBytes(32), randomBytes(32)];
  const sources = {
    group: () => crypto.createSenderChain({ swarmId, swarmKey, epoch, sender }),
    pairwise: () => new crypto.SessionKey(sessionKey),
  };
  const message = { timestamp: now, type: 1, topic: 'news', body: randomBytes(bodyBytes) };
  const common = { swarmId, sender, epoch };
  const sign = (bytes: Uint8Array) => identity.sign(bytes);

  /** Seals one more envelope with each call, and begins anew before its keys are used up. */
  function sealer(kind: 'group' | 'pairwise') {
    const keys = { sign, chain: sources[kind]() };
    let sealed = 0;
    return () => {
      if (++sealed % 2 ** 16 === 0) keys.chain = sources[kind](); // as the swarm does
      return crypto.sealEnvelope({ kind, ...common, ...message }, keys);
    };
  }

  /** Opens these envelopes one after the other, as often as they last anew. */
  function opener(kind: 'group' | 'pairwise', envelopes: readonly Uint8Array[]) {
    const receiver = () => {
      const [source, window] = [sources[kind](), new crypto.ReplayWindow()];
      const roots = new crypto.VerifiedRoots();
      return { registry, swarmId, clock, window, roots, keys: () => source };
    };
    let [next, options] = [0, receiver()];
    return () => {
      if (next === envelopes.length) [next, options] = [0, receiver()];
      const opened = crypto.openEnvelope(envelopes[next++]!, options);
      if (!opened.ok) throw new Error(opened.code);
      return opened;
    };
  }

  /** Hands every batch to `onBatch`. */
  function batchSigner(onBatch: (envelopes: Uint8Array[]) => void) {
    const chain = sources.group();
    const onError = (error: unknown) => {
      throw error;
    };
    return new crypto.BatchSigner({ ...common, sign, chain, clock, onBatch, onError });
  }
  return { identity, message, sealer, opener, batchSigner };
}
