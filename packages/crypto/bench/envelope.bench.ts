import * as crypto from '@ruvector/crypto';
import { bench } from '../../../tools/bench/bench.js';
import { randomBytes } from '../../../tools/bench/seeded-data.js';
import { envelopePair } from './envelope-pair.js';

/**
 * Sealed in advance for the openers, who start anew when they are through. So many also warm up
 * what is measured: a round has too few calls for that.
 */
const ENVELOPES = 5_000;

const GOALS = {
  group: { seal: '>= 20000', open: '>= 10000' },
  pairwise: { seal: '>= 30000', open: '>= 12000' },
} as const;

await bench({ bodyBytes: 1024 }, async ({ parameters, compare, quick }) => {
  const { sealer, opener, message } = envelopePair(parameters.bodyBytes);
  const { secretKey, publicKey } = crypto.ed25519.keygen(randomBytes(32));
  const [digest, key, nonce] = [randomBytes(32), randomBytes(32), randomBytes(12)];
  const ciphertext = crypto.aes256gcm.seal(key, nonce, message.body);
  const signature = crypto.ed25519.sign(digest, secretKey);

  for (const kind of ['group', 'pairwise'] as const) {
    const seal = sealer(kind);
    const envelopes = Array.from({ length: quick ? 100 : ENVELOPES }, () => seal());
    const open = opener(kind, envelopes);
    for (const _ of envelopes) open();
    await compare(
      `seal and sign, ${kind}`,
      {
        sealEnvelope: seal,
        'AES-GCM and Ed25519 alone': () => [
          crypto.aes256gcm.seal(key, nonce, message.body),
          crypto.ed25519.sign(digest, secretKey),
        ],
      },
      { goals: [{ perSecond: GOALS[kind].seal }] },
    );
    await compare(
      `verify and open, ${kind}`,
      {
        openEnvelope: open,
        'AES-GCM and Ed25519 alone': () => [
          crypto.ed25519.verify(signature, digest, publicKey),
          crypto.aes256gcm.open(key, nonce, ciphertext),
        ],
      },
      { goals: [{ perSecond: GOALS[kind].open }] },
    );
  }
});
