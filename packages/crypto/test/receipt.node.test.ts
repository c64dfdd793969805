import { createHash } from 'node:crypto';
import { toBase64Url, toHex, utf8 } from '@ruvector/core';
import {
  artifactId,
  canonicalize,
  ed25519,
  IdentityManager,
  MemberRegistry,
  parseCanonical,
  receiptHash,
  sha256,
  signReceipt,
  trustOnFirstUse,
  verifyReceipt,
  type Receipt,
  type ReceiptFields,
} from '@ruvector/crypto';
import { fromBase64Url } from '@ruvector/core';
import { postQuantumProvider } from '@ruvector/crypto/pq';
import { describe, expect, it } from 'vitest';
import { classical, PROVIDERS } from './providers.js';
import { newAgent, newClock, newRegistry, seededEntropy, SWARM } from './fixture.js';

const clock = newClock();
const alice = newAgent('alice', clock);
const bob = newAgent('bob', clock);
const registry = newRegistry(clock);
registry.apply(alice.registration);
registry.apply(bob.registration);
const hash = (text: string) => toBase64Url(sha256(utf8(text)));

const FIELDS: ReceiptFields = {
  v: 1,
  swarm_id: SWARM,
  task_id: 'task-1',
  assignment_hash: hash('assignment'),
  assigner: 'bob',
  executor: 'alice',
  module_hash: hash('module'),
  input_hash: hash('input'),
  output_hash: hash('output'),
  artifact_cids: [artifactId(utf8('artifact'))],
  status: 'Success',
  started_at: clock.now(),
  finished_at: clock.now() + 5,
  fuel_used: 10,
  memory_peak_bytes: null,
  nonce: toBase64Url(new Uint8Array(16)),
  prev_receipt_hash: toBase64Url(new Uint8Array(32)),
};
const ASSIGNMENT = {
  swarm_id: SWARM,
  task_id: 'task-1',
  assignment_hash: hash('assignment'),
  assigner: 'bob',
  executor: 'alice',
  input_hash: hash('input'),
};
const receipt = signReceipt(FIELDS, alice.identity);
const codeOf = (value: unknown, assignment: object = ASSIGNMENT) => {
  const verdict = verifyReceipt(value, assignment as typeof ASSIGNMENT, registry);
  return verdict.ok ? undefined : verdict.code;
};
const signed = (over: Partial<ReceiptFields>) =>
  signReceipt({ ...FIELDS, ...over }, alice.identity);

describe('signReceipt', () => {
  it('adds one signature over DST("receipt") ‖ JCS of all fields', () => {
    const { signatures, ...fields } = receipt;
    expect(fields).toEqual(FIELDS);
    const message = utf8(`ruvector-edge/2/receipt\0${canonicalize(FIELDS)}`);
    const signature = fromBase64Url(signatures.ed25519);
    expect(ed25519.verify(signature, message, alice.identity.ed25519PublicKey)).toBe(true);
  });

  it('draws a nonce and knows its version if they are left out', () => {
    const { v: _v, nonce: _n, ...rest } = FIELDS;
    const [one, other] = [signReceipt(rest, alice.identity), signReceipt(rest, alice.identity)];
    expect(one.v).toBe(1);
    expect(one.nonce).not.toBe(other.nonce);
    expect(codeOf(one)).toBeUndefined();
  });

  it('refuses to sign what no reader would take', () => {
    for (const over of [
      { status: 'not ok' },
      { finished_at: clock.now() - 1 },
      { fuel_used: -1 },
      { artifact_cids: ['x'] },
      { input_hash: toHex(sha256(utf8('input'))) },
      { extra: 1 },
    ])
      expect(() => signed(over as Partial<ReceiptFields>)).toThrow(RangeError);
  });
});

describe('verifyReceipt', () => {
  it.each(PROVIDERS)('takes a good one, also out of canonical text, on %s', (_, provider) => {
    const read = parseCanonical(canonicalize(receipt));
    expect(verifyReceipt(read, ASSIGNMENT, registry, { provider })).toEqual({ ok: true });
  });

  it('refuses a receipt with any one field changed, removed or added', () => {
    const other: Record<keyof ReceiptFields, unknown> = {
      v: 2,
      swarm_id: 'swarm-2',
      task_id: 'task-2',
      assignment_hash: hash('x'),
      assigner: 'alice',
      executor: 'bob',
      module_hash: null,
      input_hash: hash('x'),
      output_hash: hash('x'),
      artifact_cids: [],
      status: 'Error',
      started_at: FIELDS.started_at - 1,
      finished_at: FIELDS.finished_at + 1,
      fuel_used: 11,
      memory_peak_bytes: 0,
      nonce: toBase64Url(new Uint8Array(16).fill(1)),
      prev_receipt_hash: hash('x'),
    };
    expect(Object.keys(other).sort()).toEqual(Object.keys(FIELDS).sort());
    for (const [field, value] of Object.entries(other)) {
      expect(codeOf({ ...receipt, [field]: value })).toMatch(/^ERR_RECEIPT_/);
      const { [field]: _, ...rest } = receipt as unknown as Record<string, unknown>;
      expect(codeOf(rest)).toBe('ERR_RECEIPT_MALFORMED');
    }
    expect(codeOf({ ...receipt, extra: 1 })).toBe('ERR_RECEIPT_MALFORMED');
  });

  it('refuses a changed field by its signature, where the assignment would not notice it', () => {
    const other: Partial<Record<keyof ReceiptFields, unknown>> = {
      task_id: 'task-2',
      assignment_hash: hash('x'),
      assigner: 'alice',
      module_hash: null,
      input_hash: hash('x'),
      output_hash: hash('x'),
      artifact_cids: [artifactId(utf8('another'))],
      status: 'Error',
      started_at: FIELDS.started_at - 1,
      finished_at: FIELDS.finished_at + 1,
      fuel_used: 11,
      memory_peak_bytes: 0,
      nonce: toBase64Url(new Uint8Array(16).fill(1)),
      prev_receipt_hash: hash('x'),
    };
    // of the rest, v has one value, and swarm and executor say whose key verifies
    const rest = Object.keys(FIELDS).filter((field) => !(field in other));
    expect(rest).toEqual(['v', 'swarm_id', 'executor']);
    for (const [field, value] of Object.entries(other)) {
      const agreeing = field in ASSIGNMENT ? { ...ASSIGNMENT, [field]: value } : ASSIGNMENT;
      expect(codeOf({ ...receipt, [field]: value }, agreeing)).toBe('ERR_RECEIPT_SIGNATURE');
    }
    expect(codeOf({ ...receipt, executor: 'bob' }, { ...ASSIGNMENT, executor: 'bob' })).toBe(
      'ERR_RECEIPT_SIGNATURE',
    );
    expect(
      codeOf({ ...receipt, swarm_id: 'swarm-2' }, { ...ASSIGNMENT, swarm_id: 'swarm-2' }),
    ).toBe('ERR_RECEIPT_EXECUTOR');
  });

  it('refuses a receipt with any one bit of its signature flipped', () => {
    const signature = fromBase64Url(receipt.signatures.ed25519);
    for (let bit = 0; bit < 512; bit++) {
      const flipped = signature.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const signatures = { ed25519: toBase64Url(flipped), composite: null };
      expect(codeOf({ ...receipt, signatures })).toBe('ERR_RECEIPT_SIGNATURE');
    }
  });

  it('names the field that says something else than the assignment', () => {
    const all = { ...ASSIGNMENT, module_hash: hash('module'), prev_receipt_hash: hash('first') };
    const good = signed({ prev_receipt_hash: hash('first') });
    expect(verifyReceipt(good, all, registry)).toEqual({ ok: true });
    for (const field of Object.keys(all)) {
      const assignment = { ...all, [field]: 'else' };
      expect(verifyReceipt(good, assignment, registry)).toEqual({
        ok: false,
        code: 'ERR_RECEIPT_MISMATCH',
        field,
      });
    }
    expect(verifyReceipt(good, { ...all, module_hash: null }, registry).ok).toBe(false);
  });

  it('refuses an executor who is unknown or gone, and one who did not sign', () => {
    const others = newRegistry(clock);
    expect(verifyReceipt(receipt, ASSIGNMENT, others)).toMatchObject({
      code: 'ERR_RECEIPT_EXECUTOR',
    });
    others.apply(alice.registration);
    expect(verifyReceipt(receipt, ASSIGNMENT, others).ok).toBe(true);
    others.remove('alice', 'left');
    expect(verifyReceipt(receipt, ASSIGNMENT, others).ok).toBe(false);
    expect(codeOf(signReceipt(FIELDS, bob.identity))).toBe('ERR_RECEIPT_SIGNATURE');
  });

  it.each([undefined, null, 7, 'x', [], new Map(), Object.create(receipt) as Receipt])(
    'refuses %s as malformed',
    (value) => expect(codeOf(value)).toBe('ERR_RECEIPT_MALFORMED'),
  );

  it('survives objects that throw', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(codeOf(proxy)).toBe('ERR_RECEIPT_MALFORMED');
    expect(codeOf({ ...receipt, signatures: proxy })).toBe('ERR_RECEIPT_MALFORMED');
  });
});

describe('receiptHash', () => {
  it('is the SHA-256 of what was signed, whatever the signature', () => {
    const message = `ruvector-edge/2/receipt\0${canonicalize(FIELDS)}`;
    const expected = createHash('sha256').update(message).digest('hex');
    expect(toHex(receiptHash(receipt))).toBe(expected);
    expect(toHex(receiptHash(signReceipt(FIELDS, bob.identity)))).toBe(expected);
    expect(toHex(receiptHash(signed({ fuel_used: 11 })))).not.toBe(expected);
  });

  it('chains receipts', () => {
    const second = signed({ prev_receipt_hash: toBase64Url(receiptHash(receipt)) });
    const assignment = { ...ASSIGNMENT, prev_receipt_hash: toBase64Url(receiptHash(receipt)) };
    expect(codeOf(second, assignment)).toBeUndefined();
    expect(codeOf(receipt, assignment)).toBe('ERR_RECEIPT_MISMATCH');
  });
});

describe('a receipt of an executor of suite 2', () => {
  const provider = postQuantumProvider();
  const carol = IdentityManager.create({
    ...{ agentId: 'carol', swarmId: SWARM, clock, provider },
    random: seededEntropy(3),
  });
  const members = new MemberRegistry({
    ...{ swarmId: SWARM, admission: trustOnFirstUse(), clock, provider },
  });
  members.apply(carol.createRegistration());
  const assignment = { ...ASSIGNMENT, executor: 'carol' };
  const hybrid = signReceipt({ ...FIELDS, executor: 'carol' }, carol);
  const verdictOf = (value: unknown) => verifyReceipt(value, assignment, members, { provider });

  it('is signed with both keys, and holds only with both', () => {
    expect(verdictOf(hybrid)).toEqual({ ok: true });
    const { ed25519: first, composite } = hybrid.signatures;
    const changed = (text: string) =>
      text[5] === 'A' ? text.replace('A', 'B') : `A${text.slice(1)}`;
    for (const signatures of [
      { ed25519: first, composite: null },
      { ed25519: first, composite: changed(composite!) },
      { ed25519: changed(first), composite },
      { ed25519: toBase64Url(new Uint8Array(64)), composite },
      { ed25519: first, composite: toBase64Url(new Uint8Array(3373)) },
    ])
      expect(verdictOf({ ...hybrid, signatures })).toEqual({
        ok: false,
        code: 'ERR_RECEIPT_SIGNATURE',
      });
  });

  it('is not taken by who cannot verify the composite, nor one with a composite too many', () => {
    expect(verifyReceipt(hybrid, assignment, members, { provider: classical() }).ok).toBe(false);
    const { composite } = hybrid.signatures;
    const more = { ...receipt, signatures: { ...receipt.signatures, composite } };
    expect(codeOf(more)).toBe('ERR_RECEIPT_SIGNATURE');
  });
});
