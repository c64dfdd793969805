import { fromBase64Url, toBase64Url } from '@ruvector/core';
import { IdentityManager } from '@ruvector/crypto';
import { expect, it } from 'vitest';
import { newClock, seededEntropy, SWARM } from './fixture.js';
import { CLASSICAL } from './hybrid-fixture.js';

/** What version 1 looks like: files of today are read by all later releases. */
const FILE =
  'UlZJRAEBAQ8IAderky1z75LR6opJUDHSWOinfozCX3M6Nc2AMor8RcAighwJe7GlTW530UsXiiYiGrTy' +
  '1KMimynNyoIp4c0dgF4rkVKYKrpfJ3gW0VstVX8GZSB6c2poYxMT397HccAscBGbwGo1xqHtMTU8vpe-' +
  '6OPTVQud-eUElOx3z0PjqCTEWcDiB71XHMq0OmKAvE0';

const create = () =>
  IdentityManager.create({
    agentId: 'alice',
    swarmId: SWARM,
    random: seededEntropy(1),
    clock: newClock(),
    provider: CLASSICAL,
  });

it('an identity is exported to the same bytes everywhere, given the same entropy', async () => {
  expect(toBase64Url(await create().exportEncrypted('caf\u00e9', { costLog2: 15 }))).toBe(FILE);
});

it('a file that another platform wrote opens', async () => {
  const read = await IdentityManager.importEncrypted(fromBase64Url(FILE), 'cafe\u0301');
  expect(read.toJSON()).toEqual(create().toJSON());
  expect(read.x25519PublicKey).toEqual(create().x25519PublicKey);
});
