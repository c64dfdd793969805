import { toBase64Url, toHex, utf8 } from '@ruvector/core';
import { artifactId, canonicalize, sealEnvelope, sha256, signReceipt } from '@ruvector/crypto';
import { newPair, SWARM } from './fixture.js';

/** Made once with the node provider in Node 20: any platform makes these bytes from these seeds. */
export const RECORDED = {
  registration: '1a0ccbbf0a0a3ea999e36de14831f4dd',
  memberKeyId: '9b17f30628bfcb10238427ae19c2fe8d',
  pairwiseKey: '5656b55c48761cc59a48067f6e805d61',
  envelope: '7b0d70ccbe63e0d14f9bee79114ae312',
  receipt: '2bb5f4ee6cd8246044c0993cee5407f0',
};

/** One of everything, from seeds: short names of long bytes. */
export function madeHere(): typeof RECORDED {
  const { alice, bob, fields, sealing } = newPair();
  const name = (bytes: Uint8Array) => toHex(sha256(bytes)).slice(0, 32);
  const hash = toBase64Url(sha256(utf8('x')));
  const receipt = signReceipt(
    {
      swarm_id: SWARM,
      task_id: 'task-1',
      assignment_hash: hash,
      assigner: 'bob',
      executor: 'alice',
      module_hash: null,
      input_hash: hash,
      output_hash: hash,
      artifact_cids: [artifactId(utf8('artifact'))],
      status: 'Success',
      started_at: 1,
      finished_at: 2,
      fuel_used: null,
      memory_peak_bytes: null,
      nonce: toBase64Url(new Uint8Array(16)),
      prev_receipt_hash: hash,
    },
    alice.identity,
  );
  return {
    registration: name(utf8(canonicalize(alice.registration))),
    memberKeyId: name(alice.memberKeyId),
    pairwiseKey: name(alice.identity.derivePairwiseKey(bob.identity.x25519PublicKey)),
    envelope: name(sealEnvelope(fields(), sealing)),
    receipt: name(utf8(canonicalize(receipt))),
  };
}
