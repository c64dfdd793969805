import { toBase64Url, utf8 } from '@ruvector/core';
import { artifactId, sha256, signReceipt, type IdentityManager } from '@ruvector/crypto';
import { SWARM } from './fixture.js';

/** A receipt of alice's for bob, and the assignment that it answers. */
export function receiptOf(identity: IdentityManager) {
  const hash = toBase64Url(sha256(utf8('x')));
  const assignment = {
    swarm_id: SWARM,
    task_id: 'task-1',
    assignment_hash: hash,
    assigner: 'bob',
    executor: 'alice',
    input_hash: hash,
  };
  const receipt = signReceipt(
    {
      ...assignment,
      module_hash: null,
      output_hash: hash,
      artifact_cids: [artifactId(utf8('a'))],
      status: 'Success',
      started_at: 1,
      finished_at: 2,
      fuel_used: 7,
      memory_peak_bytes: 8,
      prev_receipt_hash: hash,
    },
    identity,
  );
  return { assignment, receipt };
}
