import { ok } from 'node:assert';
import * as platform from 'node:crypto';
import * as crypto from '@ruvector/crypto';
import { bench } from '../../../tools/bench/bench.js';
import { randomBytes } from '../../../tools/bench/seeded-data.js';

const swarmId = 'swarm-1';
const now = 1_700_000_000_000;
const clock = { now: () => now, monotonic: () => 0, setTimeout: () => () => undefined };

/** The goal is one for ML-KEM of the platform, which Node 20 does not have. */
const GOALS = 'encapsulate' in platform ? [{ perSecond: '>= 4' } as const] : [];
/** Made in advance for the member that applies them, who starts anew when it is through. */
const COMMITS = 20;
/** Stands for what a live session makes of a welcome, where only one welcome is of interest. */
const FROM_SESSION = new Uint8Array(142);

await bench({ members: 1000 }, async ({ parameters, compare, quick }) => {
  const [fastest] = crypto.availableProviders();
  const provider: crypto.EpochProvider = await crypto.createCryptoProvider(fastest!, { pq: true });
  const { ed25519, compositeSignature, xwing } = provider;
  ok(compositeSignature && xwing);

  const newMember = (n: number) => {
    const composite = compositeSignature.keygen(randomBytes(64));
    const [kem, signing] = [xwing.keygen(randomBytes(32)), ed25519.keygen(randomBytes(32))];
    const member: crypto.EpochMember = {
      memberKeyId: randomBytes(32),
      agentId: `agent-${n}`,
      ed25519PublicKey: signing.publicKey,
      compositePublicKey: composite.publicKey,
      kemPublicKey: kem.publicKey,
    };
    const identity: crypto.EpochIdentity = {
      sign: (message) => ed25519.sign(message, signing.secretKey),
      signComposite: (message) => compositeSignature.sign(message, composite.secretKey),
      decapsulate: (ciphertext) => xwing.decapsulate(ciphertext, kem.secretKey),
    };
    return { member, identity };
  };
  const all = Array.from({ length: quick ? 10 : parameters.members }, (_, n) => newMember(n));
  const roster = all.map(({ member }) => member);
  const start = (n: number, options: Partial<crypto.EpochManagerOptions> = {}) =>
    new crypto.EpochManager({
      swarmId,
      suite: 2,
      identity: all[n]!.identity,
      self: all[n]!.member.memberKeyId,
      registry: { get: () => undefined },
      roster,
      anchor: 'genesis',
      mayCommit: () => true,
      provider,
      clock,
      ...options,
    });

  const committer = start(0);
  const toOne = start(0, {
    sealFor: ({ agentId }) => (agentId === 'agent-1' ? undefined : FROM_SESSION),
  });
  const commits = Array.from({ length: quick ? 2 : COMMITS }, () => {
    const { commit, welcomes } = toOne.commit({ reason: 'hourly' });
    ok(toOne.apply(commit).ok);
    return { commit, welcome: welcomes.find(({ agentId }) => agentId === 'agent-1')!.bytes };
  });
  let [member, next] = [start(1), 0];

  await compare(
    'rekey: a commit and the welcomes of all members',
    {
      'commit, X-Wing to each': () => {
        const proposal = committer.commit({ reason: 'hourly' });
        ok(proposal.welcomes.length === all.length - 1 && proposal.unreached.length === 0);
        return proposal;
      },
      'commit, live sessions': () => toOne.commit({ reason: 'hourly' }),
      'X-Wing alone': () => roster.map(({ kemPublicKey }) => xwing.encapsulate(kemPublicKey!)),
    },
    { goals: GOALS },
  );
  await compare('a member applies a commit with its welcome', {
    apply: () => {
      if (next === commits.length) [member, next] = [start(1), 0];
      const { commit, welcome } = commits[next++]!;
      const applied = member.apply(commit, welcome);
      if (!applied.ok || !applied.keyed) throw new Error('the commit was not applied');
      return applied;
    },
  });
});
