/**
 * This package against bare node:crypto, contenders taking turns in one run; ratios above 1 mean
 * that this package is faster. Each figure is the best of many short rounds, since other work on
 * the machine only ever makes a round slower.
 *
 *   pnpm --filter @ruvector/crypto build && node packages/crypto/bench/primitives.bench.mjs
 */
import * as bare from 'node:crypto';
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import {
  aes256gcm,
  createSenderChain,
  defaultProviderName,
  ed25519,
  IdentityManager,
  memberKeyId,
  MemberRegistry,
  openEnvelope,
  ReplayWindow,
  sealEnvelope,
  trustOnFirstUse,
} from '@ruvector/crypto';

const ROUNDS = 300;
let consumed = 0;

function bestMicroseconds(contenders, callsPerRound) {
  const best = contenders.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++)
    contenders.forEach((call, n) => {
      const start = performance.now();
      for (let i = 0; i < callsPerRound; i++) consumed += call().length ?? 1;
      best[n] = Math.min(best[n], ((performance.now() - start) / callsPerRound) * 1000);
    });
  return best;
}

function compare(name, bareCall, ourCall, callsPerRound) {
  const [theirs, ours] = bestMicroseconds([bareCall, ourCall], callsPerRound);
  const columns = [theirs.toFixed(2), ours.toFixed(2), (theirs / ours).toFixed(2)];
  console.log(`| ${name} | ${columns.join(' | ')} |`);
}

console.log(`${process.version}, ${cpus()[0]?.model}, provider ${defaultProviderName()}\n`);
console.log('| | node:crypto, µs | here, µs | ratio |\n|---|---|---|---|');

const { secretKey, publicKey } = ed25519.keygen(new Uint8Array(32).fill(1));
const message = new Uint8Array(200);
const signature = ed25519.sign(message, secretKey);
const x = Buffer.from(publicKey).toString('base64url');
const d = Buffer.from(secretKey).toString('base64url');
const jwk = { kty: 'OKP', crv: 'Ed25519', x };
const privateKey = bare.createPrivateKey({ key: { ...jwk, d }, format: 'jwk' });
const verifyKey = bare.createPublicKey({ key: jwk, format: 'jwk' });
compare(
  'Ed25519 sign, 200 B',
  () => bare.sign(null, message, privateKey),
  () => ed25519.sign(message, secretKey),
  20,
);
compare(
  'Ed25519 verify, 200 B',
  () => [bare.verify(null, message, verifyKey, signature)],
  () => [ed25519.verify(signature, message, publicKey)],
  10,
);

const [key, nonce, aad] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(132)];
const keyObject = bare.createSecretKey(key);
for (const bytes of [1024, 65_536]) {
  const plaintext = new Uint8Array(bytes);
  compare(
    `AES-256-GCM seal, ${bytes} B`,
    () => {
      const cipher = bare.createCipheriv('aes-256-gcm', keyObject, nonce, { authTagLength: 16 });
      cipher.setAAD(aad);
      const ciphertext = cipher.update(plaintext);
      cipher.final();
      return Buffer.concat([ciphertext, cipher.getAuthTag()]);
    },
    () => aes256gcm.seal(key, nonce, plaintext, aad),
    bytes > 4096 ? 10 : 60,
  );
}

const clock = { now: () => 1_700_000_000_000, monotonic: () => 0, setTimeout: () => () => {} };
const identity = IdentityManager.create({ swarmId: 'swarm-1', clock });
const { record, signatures } = identity.createRegistration('worker-1', ['embed']);
const registry = new MemberRegistry({ swarmId: 'swarm-1', admission: trustOnFirstUse(), clock });
registry.apply({ record, signatures });
const sender = memberKeyId(record);
const newChain = () => createSenderChain({ swarmId: 'swarm-1', swarmKey: key, epoch: 1n, sender });
const sealing = { sign: (bytes) => identity.sign(bytes), chain: newChain() };
const fields = { swarmId: 'swarm-1', sender, epoch: 1n, timestamp: clock.now(), type: 1 };
const envelopes = [];
const [sealUs] = bestMicroseconds(
  [
    () => {
      const body = new Uint8Array(1024);
      envelopes.push(sealEnvelope({ ...fields, topic: 'news', body }, sealing));
      return body;
    },
  ],
  10,
);
const [chain, window] = [newChain(), new ReplayWindow()];
const options = { registry, swarmId: 'swarm-1', clock, window, keys: () => chain };
let next = 0;
const [openUs] = bestMicroseconds([() => [openEnvelope(envelopes[next++], options).ok]], 10);
console.log(`\nenvelope of 1 KB: seal ${sealUs.toFixed(1)} µs, open ${openUs.toFixed(1)} µs`);
console.log(`(${consumed} results looked at)`);
