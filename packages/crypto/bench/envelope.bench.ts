import { ok } from 'node:assert';
import * as crypto from '@ruvector/crypto';
import { bench } from '../../../tools/bench/bench.js';
import { randomBytes } from '../../../tools/bench/seeded-data.js';

const swarmId = 'swarm-1';
const now = 1_700_000_000_000;
const clock = { now: () => now, monotonic: () => 0, setTimeout: () => () => undefined };

/** Sealed in advance for the openers, who start anew when they are through. */
const ENVELOPES = 1_000;
/** Taken by the replay window in one call. */
const COUNTERS = 100;

await bench({ bodyBytes: 1024 }, async ({ parameters, compare }) => {
  const identity = crypto.IdentityManager.create({ swarmId, clock });
  const registration = identity.createRegistration('worker-1', ['embed']);
  const registry = new crypto.MemberRegistry({
    swarmId,
    admission: crypto.trustOnFirstUse(),
    clock,
  });
  ok(registry.apply(registration).ok);
  const sender = crypto.memberKeyId(registration.record);
  const swarmKey = randomBytes(32);
  const newChain = () => crypto.createSenderChain({ swarmId, swarmKey, epoch: 1n, sender });
  const sealing = { sign: (bytes: Uint8Array) => identity.sign(bytes), chain: newChain() };
  const body = randomBytes(parameters.bodyBytes);
  const fields = { swarmId, sender, epoch: 1n, timestamp: now, type: 1, topic: 'news', body };
  const envelopes = Array.from({ length: ENVELOPES }, () => crypto.sealEnvelope(fields, sealing));

  const opener = () => {
    const [chain, window] = [newChain(), new crypto.ReplayWindow()];
    return { registry, swarmId, clock, window, keys: () => chain };
  };
  let [next, options] = [0, opener()];
  const open = () => {
    if (next === ENVELOPES) [next, options] = [0, opener()];
    const opened = crypto.openEnvelope(envelopes[next++]!, options);
    if (!opened.ok) throw new Error(opened.code);
    return opened;
  };

  const sealer = { sign: sealing.sign, chain: newChain() };
  let sealed = 0;
  const seal = () => {
    if (++sealed % 2 ** 16 === 0) sealer.chain = newChain(); // as the swarm does
    return crypto.sealEnvelope(fields, sealer);
  };
  const { secretKey, publicKey } = crypto.ed25519.keygen(randomBytes(32));
  const [digest, key, nonce] = [randomBytes(32), randomBytes(32), randomBytes(12)];
  const ciphertext = crypto.aes256gcm.seal(key, nonce, body);
  const signature = crypto.ed25519.sign(digest, secretKey);

  await compare(
    'seal and sign',
    {
      sealEnvelope: seal,
      'AES-GCM and Ed25519 alone': () => [
        crypto.aes256gcm.seal(key, nonce, body),
        crypto.ed25519.sign(digest, secretKey),
      ],
    },
    { goals: [{ perSecond: '>= 20000' }] },
  );
  await compare(
    'verify and open',
    {
      openEnvelope: open,
      'AES-GCM and Ed25519 alone': () => [
        crypto.ed25519.verify(signature, digest, publicKey),
        crypto.aes256gcm.open(key, nonce, ciphertext),
      ],
    },
    { goals: [{ perSecond: '>= 10000' }] },
  );
  const window = new crypto.ReplayWindow();
  let counter = 0;
  await compare(
    'check a counter and commit it',
    {
      ReplayWindow: () => {
        for (let i = 0; i < COUNTERS; i++) if (window.check(++counter)) window.commit(counter);
        return window;
      },
    },
    { goals: [{ perSecond: '>= 20000000' }], per: COUNTERS },
  );
});
