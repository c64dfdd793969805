import { toBase64Url, utf8 } from '@ruvector/core';
import {
  artifactId,
  canonicalize,
  parseCanonical,
  receiptHash,
  sha256,
  signReceipt,
  verifyArtifact,
  verifyReceipt,
  type OpenAssignment,
  type Receipt,
} from '@ruvector/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newAgent, newPair } from './fixture.js';
import { hybridAgent, hybridRegistry, PQ } from './hybrid-fixture.js';
import { receiptOf } from './receipt-fixture.js';
import './seed.js';

const hash = (text: string) => toBase64Url(sha256(utf8(text)));

/** A receipt of alice's for bob, and a judge of others like it. */
function answered() {
  const { alice, bob, registry } = newPair();
  const { assignment, receipt } = receiptOf(alice.identity);
  const judge = (value: unknown, open: OpenAssignment = assignment) =>
    verifyReceipt(value, open, registry);
  return { alice, bob, assignment, receipt, judge };
}

/** The same receipt with something else in a field, of the form that the field has. */
const OTHER: Partial<Record<keyof Receipt, unknown>> = {
  swarm_id: 'swarm-2',
  task_id: 'task-2',
  assignment_hash: hash('other'),
  assigner: 'carol',
  executor: 'bob',
  module_hash: hash('other'),
  input_hash: hash('other'),
  output_hash: hash('other'),
  artifact_cids: [artifactId(utf8('other'))],
  status: 'Error',
  started_at: 0,
  finished_at: 3,
  fuel_used: null,
  memory_peak_bytes: 9,
  nonce: toBase64Url(new Uint8Array(16)),
  prev_receipt_hash: hash('other'),
};

describe('a receipt', () => {
  it('forged by another member, by a stranger or by nobody is refused', () => {
    const { alice, bob, assignment, receipt, judge } = answered();
    const { signatures, ...fields } = receipt;
    const mallory = newAgent('mallory');
    const other = signReceipt({ ...fields, output_hash: hash('other') }, alice.identity);
    const forged = [
      signReceipt(fields, bob.identity).signatures,
      signReceipt(fields, mallory.identity).signatures,
      { ...signatures, ed25519: toBase64Url(new Uint8Array(64)) },
      other.signatures,
    ].map((each) => judge({ ...fields, signatures: each }));
    expect(forged.map(({ code }) => code)).toEqual(forged.map(() => 'ERR_RECEIPT_SIGNATURE'));
    const posing = signReceipt({ ...fields, executor: 'mallory' }, mallory.identity);
    const verdict = judge(posing, { ...assignment, executor: 'mallory' });
    expect(verdict).toEqual({ ok: false, code: 'ERR_RECEIPT_EXECUTOR' });
    expect(judge(receipt)).toEqual({ ok: true });
  });

  it('rebound to another task, assigner, executor, input or swarm is refused, changed or not', () => {
    const { assignment, receipt, judge } = answered();
    for (const field of Object.keys(assignment) as (keyof typeof assignment)[]) {
      const elsewhere = { ...assignment, [field]: OTHER[field] };
      const mismatch = { ok: false, code: 'ERR_RECEIPT_MISMATCH', field };
      expect(judge(receipt, elsewhere)).toEqual(mismatch);
      const rebound = judge({ ...receipt, [field]: OTHER[field] }, elsewhere);
      expect(rebound.code).toBe(
        field === 'swarm_id' ? 'ERR_RECEIPT_EXECUTOR' : 'ERR_RECEIPT_SIGNATURE',
      );
    }
  });

  it('with any field changed is refused, though the assignment agrees', () => {
    const { assignment, receipt, judge } = answered();
    const fields = Object.keys(receipt).filter((name) => name !== 'v' && name !== 'signatures');
    expect(fields.sort()).toEqual(Object.keys(OTHER).sort());
    for (const [field, value] of Object.entries(OTHER)) {
      const agreeing = field in assignment ? { ...assignment, [field]: value } : assignment;
      expect(judge({ ...receipt, [field]: value }, agreeing).code).toMatch(/SIGNATURE|EXECUTOR/);
    }
    expect(judge({ ...receipt, v: 2 }).code).toBe('ERR_RECEIPT_MALFORMED');
  });

  it('duplicated has the same name, signed again too, and answers no later assignment', () => {
    const { alice, assignment, receipt, judge } = answered();
    const { signatures: _, ...fields } = receipt;
    const twins = [parseCanonical(canonicalize(receipt)), signReceipt(fields, alice.identity)];
    const name = receiptHash(receipt);
    for (const twin of twins) expect(receiptHash(twin as Receipt)).toEqual(name);
    const later = { ...assignment, prev_receipt_hash: toBase64Url(name) };
    const verdict = { ok: false, code: 'ERR_RECEIPT_MISMATCH', field: 'prev_receipt_hash' };
    for (const twin of twins) expect(judge(twin, later)).toEqual(verdict);
    const renamed = signReceipt({ ...fields, nonce: OTHER.nonce as string }, alice.identity);
    expect(receiptHash(renamed)).not.toEqual(name); // still of the one assignment that it names
    expect(judge(renamed, later)).toEqual(verdict);
  });

  it('of suite 2 with any single changed bit is refused', () => {
    const { identity, registration } = hybridAgent('alice', 1);
    const registry = hybridRegistry();
    registry.apply(registration);
    const { assignment, receipt } = receiptOf(identity);
    const text = canonicalize(receipt);
    const isTaken = (changed: string) => {
      try {
        const value = parseCanonical(changed);
        return verifyReceipt(value, assignment, registry, { provider: PQ }).ok;
      } catch {
        return false; // not canonical JSON any more
      }
    };
    expect(isTaken(text)).toBe(true);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(6), (at, bit) => {
        const code = text.charCodeAt(at) ^ (1 << bit);
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        expect(isTaken(changed)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe('an artifact', () => {
  const bytes = utf8('what the task made');
  const id = artifactId(bytes);

  it('with a wrong id, or wrong bytes for its id, is refused', () => {
    expect(verifyArtifact(id, bytes)).toBe(true);
    expect(verifyArtifact(artifactId(utf8('what another task made')), bytes)).toBe(false);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyArtifact(id, changed)).toBe(false);
    }
  });

  it('with a truncated id is refused at every length, and so are truncated bytes', () => {
    for (let length = 0; length < id.length; length++)
      expect(verifyArtifact(id.slice(0, length), bytes)).toBe(false);
    for (let length = 0; length < bytes.length; length++)
      expect(verifyArtifact(id, bytes.subarray(0, length))).toBe(false);
  });

  it('with a prefix-colliding id is refused: what fools the eye is compared to the end', () => {
    const made = Array.from({ length: 20_000 }, (_, n) => {
      const content = utf8(`artifact ${n}`);
      return { content, id: artifactId(content) };
    });
    made.sort((a, b) => (a.id < b.id ? -1 : 1));
    const shared = (n: number) => {
      const [a, b] = [made[n - 1]!.id, made[n]!.id];
      return [...a].findIndex((char, at) => char !== b[at]);
    };
    let closest = 1;
    for (let n = 2; n < made.length; n++) if (shared(n) > shared(closest)) closest = n;
    expect(shared(closest)).toBeGreaterThanOrEqual('bafkrei'.length + 5);
    const [a, b] = [made[closest - 1]!, made[closest]!];
    expect([verifyArtifact(a.id, b.content), verifyArtifact(b.id, a.content)]).toEqual([
      false,
      false,
    ]);
    expect(verifyArtifact(a.id, a.content)).toBe(true);
  });
});
