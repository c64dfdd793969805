import { ok } from 'node:assert';
import * as crypto from '@ruvector/crypto';
import { bench } from '../../../tools/bench/bench.js';
import { randomBytes } from '../../../tools/bench/seeded-data.js';
import { envelopePair } from './envelope-pair.js';

/** What the signature of an envelope covers. */
const LEAF_BYTES = 221;

await bench({ messages: 256, bodyBytes: 1024 }, async ({ parameters, compare }) => {
  const { messages: per, bodyBytes } = parameters;
  const { secretKey } = crypto.ed25519.keygen(randomBytes(32));
  const leaves = Array.from({ length: per }, () => randomBytes(LEAF_BYTES));
  const { root, proofs } = crypto.signBatch(leaves, secretKey);

  await compare(
    'sign a message, as one of a batch',
    {
      signBatch: () => crypto.signBatch(leaves, secretKey),
      'ed25519.sign, each': () => leaves.map((leaf) => crypto.ed25519.sign(leaf, secretKey)),
    },
    { goals: [{ perSecond: '>= 200000' }], per },
  );
  await compare(
    'verify the proof of a message',
    {
      verifyBatchProof: () =>
        leaves.every((leaf, i) => crypto.verifyBatchProof(leaf, i, per, proofs[i]!, root)),
    },
    { per },
  );

  const { sealer, opener, batchSigner, message } = envelopePair(bodyBytes);
  const envelopes: Uint8Array[] = [];
  let signed: Uint8Array[] = [];
  const first = batchSigner((batch) => envelopes.push(...batch));
  for (let i = 0; i < per; i++) first.add(message);
  first.close();
  ok(envelopes.length === per);
  const signer = batchSigner((batch) => (signed = batch));
  const seal = sealer('group');
  await compare(
    `seal a message of ${bodyBytes} B and sign it`,
    {
      BatchSigner: () => {
        for (let i = 0; i < per; i++) signer.add(message);
        return signed;
      },
      'sealEnvelope, each': () => Array.from({ length: per }, () => seal()),
    },
    { per },
  );
  const fresh = sealer('group');
  const group = Array.from({ length: per }, () => fresh());
  const [openBatched, openEach] = [opener('group', envelopes), opener('group', group)];
  await compare(
    `verify a message of ${bodyBytes} B and open it`,
    {
      'of a batch': () => envelopes.map(() => openBatched()),
      'each signed': () => group.map(() => openEach()),
    },
    { per },
  );
});
