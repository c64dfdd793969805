// Longer than 400 lines: every attack that this layer must withstand, to be read as one list.
import { ED25519_TORSION_SUBGROUP, ed25519 as curve } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, toBase64Url, utf8 } from '@ruvector/core';
import {
  artifactId,
  canonicalize,
  createSenderChain,
  DST,
  IdentityManager,
  memberKeyId,
  openEnvelope,
  parseCanonical,
  ReplayWindow,
  sealEnvelope,
  sha256,
  signReceipt,
  verifyReceipt,
  verifyRegistration,
  x25519,
  type OpenOptions,
  type Registration,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { chainOf, EPOCH, newAgent, newClock, newPair, newRegistry, SWARM } from './fixture.js';

const codeOf = (envelope: Uint8Array, options: OpenOptions) => {
  const opened = openEnvelope(envelope, options);
  return opened.ok ? undefined : opened.code;
};

/** A registration by hand, with whatever keys: what somebody without our code would send. */
function registrationWith(
  sign: (message: Uint8Array) => Uint8Array,
  over: Partial<Registration['record']>,
): unknown {
  const { record } = newAgent('mallory').registration;
  const changed = { ...record, ...over };
  const message = concatBytes(DST('registration'), utf8(canonicalize(changed)));
  const signatures = { ed25519: toBase64Url(sign(message)), composite: null };
  return { record: changed, signatures };
}

describe('replay', () => {
  it('exact, of the same envelope, is refused', () => {
    const { fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    expect([codeOf(envelope, receiving), codeOf(envelope, receiving)]).toEqual([
      undefined,
      'ERR_ENVELOPE_REPLAY',
    ]);
  });

  it('after the window was lost is still refused by the ratchet', () => {
    const { fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    openEnvelope(envelope, receiving);
    expect(codeOf(envelope, { ...receiving, window: new ReplayWindow() })).toBe(
      'ERR_ENVELOPE_KEY_GONE',
    );
  });

  it('after a restart that lost everything is refused once 30 s have passed', () => {
    const { alice, clock, fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    clock.advance(30_001);
    const chain = chainOf(alice.memberKeyId);
    const fresh = { ...receiving, window: new ReplayWindow(), keys: () => chain };
    expect(codeOf(envelope, fresh)).toBe('ERR_ENVELOPE_TIME');
  });

  it('into another epoch, session or swarm fails', () => {
    const { alice, fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    const elsewhere = chainOf(alice.memberKeyId, EPOCH + 1n);
    expect(codeOf(envelope, { ...receiving, keys: () => elsewhere })).toBe(
      'ERR_ENVELOPE_COMMITMENT',
    );
    const byEpoch = {
      ...receiving,
      keys: ({ epoch }: { epoch: bigint }) => {
        return epoch === EPOCH + 1n ? elsewhere : undefined;
      },
    };
    expect(codeOf(envelope, byEpoch)).toBe('ERR_ENVELOPE_EPOCH');
    expect(codeOf(envelope, { ...receiving, swarmId: 'swarm-2' })).toBe('ERR_ENVELOPE_SWARM');
  });

  it('to another recipient fails: the destination is signed', () => {
    const { bob, fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields({ destination: bob.memberKeyId }), sealing);
    const carol = new Uint8Array(32).fill(3);
    expect(codeOf(envelope, { ...receiving, self: carol })).toBe('ERR_ENVELOPE_DESTINATION');
    expect(codeOf(envelope, { ...receiving, self: undefined } as never)).toMatch('DESTINATION');
    envelope.set(carol, 72);
    expect(codeOf(envelope, { ...receiving, self: carol })).toBe('ERR_ENVELOPE_SIGNATURE');
  });

  it('at the edge of the window: the oldest counter inside opens once, the next older never', () => {
    const { fields, sealing, receiving } = newPair();
    const late = sealEnvelope(fields({ counter: 0 }), sealing);
    const inside = sealEnvelope(fields({ counter: 1 }), sealing);
    const newest = sealEnvelope(fields({ counter: 2048 }), sealing);
    const chain = chainOf(fields().sender);
    for (let j = 2; j < 2048; j++) {
      const keys = chain.derive(j);
      if (keys.ok) keys.commit(); // as if all between had come
    }
    const options = { ...receiving, keys: () => chain, window: new ReplayWindow() };
    expect(codeOf(newest, options)).toBeUndefined();
    expect(codeOf(late, options)).toBe('ERR_ENVELOPE_REPLAY');
    expect(codeOf(inside, options)).toBeUndefined();
    expect(codeOf(inside, options)).toBe('ERR_ENVELOPE_REPLAY');
  });
});

describe('a counter jump', () => {
  it('of 2^20 opens; a further one is refused before any key is derived', () => {
    const { alice, fields, sealing, receiving, chain, window } = newPair();
    const far = chainOf(alice.memberKeyId);
    for (const counter of [2 ** 20, 2 ** 21]) {
      const keys = far.derive(counter);
      expect(keys.ok && keys.commit()).toBe(true);
    }
    const envelope = sealEnvelope(fields(), { ...sealing, chain: far });
    expect(codeOf(envelope, receiving)).toBe('ERR_ENVELOPE_JUMP');
    expect([chain.next, window.check(0)]).toEqual([0, true]);
    const near = sealEnvelope(fields({ counter: 2 ** 20 }), sealing);
    expect(codeOf(near, receiving)).toBeUndefined();
  });

  it('by somebody who cannot sign costs no derivation', () => {
    const { fields, sealing, receiving, chain } = newPair();
    const envelope = sealEnvelope(fields({ counter: 2 ** 20 }), sealing);
    envelope[envelope.length - 1]! ^= 1;
    let derivations = 0;
    const counting = { derive: (counter: number) => (derivations++, chain.derive(counter)) };
    expect(codeOf(envelope, { ...receiving, keys: () => counting as never })).toMatch('SIGNATURE');
    expect(derivations).toBe(0);
  });
});

it('nonce burning by a forged frame fails: the genuine one opens after it', () => {
  const { fields, sealing, receiving } = newPair();
  const genuine = sealEnvelope(fields(), sealing);
  for (const at of [132, 150, genuine.length - 90, genuine.length - 1]) {
    const forged = genuine.slice();
    forged[at]! ^= 1;
    expect(codeOf(forged, receiving)).toBe('ERR_ENVELOPE_SIGNATURE');
  }
  expect(codeOf(genuine, receiving)).toBeUndefined();
});

it('reflection: a message that comes back to its sender is refused', () => {
  const { alice, fields, sealing, receiving } = newPair();
  const envelope = sealEnvelope(fields(), sealing);
  expect(codeOf(envelope, { ...receiving, self: alice.memberKeyId })).toBe(
    'ERR_ENVELOPE_REFLECTED',
  );
});

describe('impersonation', () => {
  it('by a key in the message fails: none is read from it, the registry has those of members', () => {
    const { clock, fields, receiving } = newPair();
    const mallory = newAgent('mallory', clock);
    const sender = mallory.memberKeyId;
    const sign = (message: Uint8Array) => mallory.identity.sign(message);
    const own = sealEnvelope(fields({ sender }), { sign, chain: chainOf(sender) });
    expect(codeOf(own, receiving)).toBe('ERR_ENVELOPE_SENDER');
    const posing = sealEnvelope(fields(), { sign, chain: chainOf(fields().sender) });
    expect(codeOf(posing, receiving)).toBe('ERR_ENVELOPE_SIGNATURE');
  });

  it('by a member whose registration has expired meanwhile fails', () => {
    const { alice, clock, registry, fields, receiving } = newPair();
    const previous = alice.registration;
    const expiresAt = clock.now() + 1000;
    const short = alice.identity.createRegistration('alice', [], { previous, expiresAt });
    registry.apply(short);
    const sender = memberKeyId(short.record);
    const [chain, received] = [chainOf(sender), chainOf(sender)];
    const sealing = { sign: (m: Uint8Array) => alice.identity.sign(m), chain };
    const open = () =>
      codeOf(sealEnvelope(fields({ sender, timestamp: clock.now() }), sealing), {
        ...receiving,
        keys: () => received,
      });
    clock.advance(999);
    expect(open()).toBeUndefined();
    clock.advance(1);
    expect(open()).toBe('ERR_ENVELOPE_SENDER_EXPIRED');
  });

  it('of a member that left, or with its former record, fails', () => {
    const { alice, registry, fields, sealing, receiving } = newPair();
    const before = sealEnvelope(fields(), sealing);
    const { registration: previous } = alice;
    registry.apply(alice.identity.createRegistration('alice', [], { previous }));
    expect(codeOf(before, receiving)).toBe('ERR_ENVELOPE_SENDER');
    registry.remove('alice', 'revoked');
    expect(codeOf(before, receiving)).toBe('ERR_ENVELOPE_SENDER');
  });
});

describe('id twins', () => {
  it.each(['alice ', ' alice', 'al ice', 'alice\n', 'аlice', 'alicé', 'ａlice', 'ali\u200bce', ''])(
    'such as %j are no ids',
    (agentId) => {
      const { identity } = newAgent('mallory');
      const twin = registrationWith((m) => identity.sign(m), { agent_id: agentId });
      expect(newRegistry().apply(twin)).toMatchObject({ code: 'ERR_REGISTRATION_MALFORMED' });
    },
  );

  it('in another case are refused by the registry', () => {
    const { registry } = newPair();
    const twin = newAgent('Alice').registration;
    expect(registry.apply(twin)).toMatchObject({ ok: false, code: 'ERR_MEMBER_ID_TWIN' });
  });
});

describe('keys', () => {
  const now = newClock().now();
  const isTaken = (registration: unknown) => newRegistry().apply(registration).ok;

  it('of small, mixed order, not canonical or off the curve are refused though something signs', () => {
    const { Point } = curve;
    const torsion = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex));
    const secret = 12345n;
    const honest = Point.BASE.multiply(secret);
    const notCanonical = Uint8Array.from({ length: 32 }, (_, i) =>
      i === 0 ? 0xee : i === 31 ? 0x7f : 0xff,
    );
    const keys = [
      ...torsion.map((point) => point.toBytes()),
      ...torsion.slice(1).map((point) => honest.add(point).toBytes()),
      notCanonical,
      Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 2 : 0)),
    ];
    const isRefused = (key: Uint8Array) => {
      const record = { ed25519_public_key: toBase64Url(key) };
      for (let nonce = 1n; nonce <= 24n; nonce++) {
        const registration = registrationWith((m) => signWith(secret, nonce, key, m), record);
        if (isTaken(registration)) return false;
      }
      return true;
    };
    expect(keys.map(isRefused)).toEqual(keys.map(() => true));
    expect(isRefused(honest.toBytes())).toBe(false); // the signer here is a good one
  });

  it('of X25519 of low order, not canonical or with a high bit are refused', () => {
    const { identity } = newAgent('mallory');
    const base = x25519.keygen(new Uint8Array(32).fill(1)).publicKey;
    const highBit = base.slice();
    highBit[31]! |= 0x80;
    const lowOrder = [0, 1].map((u) => Uint8Array.from({ length: 32 }, (_, i) => (i ? 0 : u)));
    const over = (key: Uint8Array) =>
      registrationWith((m) => identity.sign(m), { x25519_public_key: toBase64Url(key) });
    expect([highBit, ...lowOrder].map((key) => isTaken(over(key)))).toEqual([false, false, false]);
    expect(isTaken(over(base))).toBe(true);
  });

  it('of one agent, one key under two ids, and unknown key-share by a copied key, fail', () => {
    const { registry, alice } = newPair();
    const { identity } = newAgent('mallory');
    const { x25519_public_key } = alice.registration.record;
    const copied = registrationWith((m) => identity.sign(m), { x25519_public_key });
    expect(registry.apply(copied)).toMatchObject({ code: 'ERR_MEMBER_KEY_TAKEN' });
    const second = alice.identity.createRegistration('alice-2', []);
    expect(registry.apply(second)).toMatchObject({ code: 'ERR_MEMBER_KEY_TAKEN' });
  });

  it('claimed without holding them fail', () => {
    const { alice } = newPair();
    const { ed25519_public_key } = alice.registration.record;
    const { identity } = newAgent('mallory');
    const claimed = registrationWith((m) => identity.sign(m), { ed25519_public_key });
    expect(verifyRegistration(claimed, { swarmId: SWARM, now })).toBe(false);
  });

  it('of low order give no pairwise key', () => {
    const { alice } = newPair();
    expect(() => alice.identity.derivePairwiseKey(new Uint8Array(32))).toThrow(/low order/);
  });
});

describe('rollback of rev and key swap', () => {
  it('fail: an old record, a stolen id, and a swap that the old key did not sign', () => {
    const { alice, registry } = newPair();
    const previous = alice.registration;
    registry.apply(alice.identity.createRegistration('alice', ['new'], { previous }));
    const thief = IdentityManager.create({ swarmId: SWARM, clock: newClock() });
    const current = registry.get('alice')!.registration;
    const unsigned = thief.createRegistration('alice', [], {
      previous: current,
      previousIdentity: alice.identity,
    });
    const { ed25519: own } = unsigned.signatures;
    const attempts = [
      previous,
      thief.createRegistration('alice', []),
      { ...unsigned, signatures: { ...unsigned.signatures, previous: own } },
      { ...unsigned, signatures: { ed25519: own, composite: null } },
    ].map((registration) => registry.apply(registration).ok);
    expect(attempts).toEqual([false, false, false, false]);
    expect(registry.get('alice')!.registration).toBe(current);
  });
});

describe('signatures of one kind', () => {
  it('are worth nothing as another, nor in another swarm', () => {
    const { alice, registry, clock } = newPair();
    const { record } = alice.registration;
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
        artifact_cids: [],
        status: 'Success',
        started_at: 1,
        finished_at: 2,
        fuel_used: null,
        memory_peak_bytes: null,
        prev_receipt_hash: hash,
      },
      alice.identity,
    );
    const checks = { swarmId: SWARM, now: clock.now() };
    expect(verifyRegistration({ record, signatures: receipt.signatures }, checks)).toBe(false);
    const { signatures } = alice.registration;
    expect(verifyReceipt({ ...receipt, signatures }, receipt, registry).ok).toBe(false);
    expect(verifyReceipt(receipt, receipt, registry).ok).toBe(true);
    expect(verifyRegistration(alice.registration, { ...checks, swarmId: 'swarm-2' })).toBe(false);
    // the bare JSON signed without its label
    const bare = alice.identity.sign(utf8(canonicalize(record)));
    const unlabelled = { record, signatures: { ed25519: toBase64Url(bare), composite: null } };
    expect(verifyRegistration(unlabelled, checks)).toBe(false);
  });
});

describe('a suite that is claimed to be higher, or half of a hybrid', () => {
  it.each([
    { composite: '' },
    { composite: toBase64Url(new Uint8Array(3373)) },
    { composite: undefined },
    { ed25519: null },
    { ed25519: '' },
    { ed25519: toBase64Url(new Uint8Array(64)) },
  ])('is refused: %j', (over) => {
    const { registration } = newAgent('alice');
    const half = { ...registration, signatures: { ...registration.signatures, ...over } };
    expect(verifyRegistration(half, { swarmId: SWARM, now: newClock().now() })).toBe(false);
  });
});

describe('the clock', () => {
  it('lets 30,000 ms pass either way and not one more', () => {
    for (const [offset, code] of [
      [30_000, undefined],
      [30_001, 'ERR_ENVELOPE_TIME'],
      [-30_000, undefined],
      [-30_001, 'ERR_ENVELOPE_TIME'],
    ] as const) {
      const { clock, fields, sealing, receiving } = newPair();
      const timestamp = clock.now() + offset;
      expect(codeOf(sealEnvelope(fields({ timestamp }), sealing), receiving)).toBe(code);
    }
  });

  it.each([NaN, Infinity, -1e15])('that says %s refuses everything', (now) => {
    const { fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    expect(codeOf(envelope, { ...receiving, clock: { now: () => now } })).toMatch(/TIME|EXPIRED/);
  });

  it('set back does not let old envelopes in again', () => {
    const { clock, fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    openEnvelope(envelope, receiving);
    clock.advance(60_000);
    clock.jump(-60_000);
    expect(codeOf(envelope, receiving)).toBe('ERR_ENVELOPE_REPLAY');
  });
});

describe('a cloned state', () => {
  it('seals two messages under one counter: nonces differ, and only the first opens', () => {
    const { fields, sealing, receiving, alice } = newPair();
    const { entropy: _, ...honest } = sealing;
    const one = sealEnvelope(fields({ body: utf8('one') }), honest);
    const other = sealEnvelope(fields({ body: utf8('two') }), {
      ...honest,
      chain: chainOf(alice.memberKeyId),
    });
    expect(equalBytes(one.subarray(132, 144), other.subarray(132, 144))).toBe(false);
    expect([codeOf(one, receiving), codeOf(other, receiving)]).toEqual([
      undefined,
      'ERR_ENVELOPE_REPLAY',
    ]);
  });
});

it('a commitment to another key than the chain gives is refused', () => {
  const { fields, sealing, receiving } = newPair();
  const { chain } = sealing;
  const committingElsewhere = {
    next: 0,
    derive: (counter: number) => {
      const keys = chain.derive(counter);
      return { ...keys, keyCommitment: new Uint8Array(32).fill(1) };
    },
  };
  const envelope = sealEnvelope(fields(), { ...sealing, chain: committingElsewhere as never });
  expect(codeOf(envelope, receiving)).toBe('ERR_ENVELOPE_COMMITMENT');
});

it('a joiner without the swarm key, or with another one, opens nothing', () => {
  const { fields, sealing, receiving } = newPair();
  const { sender } = fields();
  const other = { swarmId: SWARM, swarmKey: new Uint8Array(32), epoch: EPOCH, sender };
  const chain = createSenderChain(other);
  const envelope = sealEnvelope(fields(), sealing);
  expect(codeOf(envelope, { ...receiving, keys: () => chain })).toBe('ERR_ENVELOPE_COMMITMENT');
});

describe('any single changed bit', () => {
  const flip = (bytes: Uint8Array, bit: number) => {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    return changed;
  };
  const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
  const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);

  it('of an envelope is refused and changes nothing', () => {
    const { bob, fields, sealing, receiving, chain, window } = newPair();
    const envelope = sealEnvelope(fields({ destination: bob.memberKeyId }), sealing);
    const opened: number[] = [];
    for (let bit = 0; bit < 8 * envelope.length; bit++)
      if (openEnvelope(flip(envelope, bit), receiving).ok) opened.push(bit);
    expect(opened).toEqual([]);
    expect([chain.next, chain.skippedCount, window.check(0)]).toEqual([0, 0, true]);
    expect(openEnvelope(envelope, receiving).ok).toBe(true);
  });

  it('of an envelope cut or grown anywhere is refused', () => {
    const { fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    for (let length = 0; length < envelope.length; length++)
      expect(codeOf(envelope.subarray(0, length), receiving)).toBe('ERR_ENVELOPE_SIZE');
    const grown = concatBytes(envelope, Uint8Array.of(0));
    expect(codeOf(grown, receiving)).toBe('ERR_ENVELOPE_SIZE');
  });

  it('in the text of a registration is refused', () => {
    const { registration } = newAgent('alice');
    const now = newClock().now();
    const encoded = latin1(canonicalize(registration));
    const taken: number[] = [];
    for (let bit = 0; bit < 8 * encoded.length; bit++)
      if (
        readsAs(text(flip(encoded, bit)), (value) =>
          verifyRegistration(value, { swarmId: SWARM, now }),
        )
      )
        taken.push(bit);
    expect(taken).toEqual([]);
    expect(
      readsAs(text(encoded), (value) => verifyRegistration(value, { swarmId: SWARM, now })),
    ).toBe(true);
  });

  it('in the text of a receipt is refused', () => {
    const { alice, registry } = newPair();
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
        artifact_cids: [artifactId(utf8('a'))],
        status: 'Success',
        started_at: 1,
        finished_at: 2,
        fuel_used: 7,
        memory_peak_bytes: 8,
        prev_receipt_hash: hash,
      },
      alice.identity,
    );
    const isGood = (value: unknown) => verifyReceipt(value, receipt, registry).ok;
    const encoded = latin1(canonicalize(receipt));
    const taken: number[] = [];
    for (let bit = 0; bit < 8 * encoded.length; bit++)
      if (readsAs(text(flip(encoded, bit)), isGood)) taken.push(bit);
    expect(taken).toEqual([]);
    expect(readsAs(text(encoded), isGood)).toBe(true);
  });
});

function readsAs(text: string, is: (value: unknown) => boolean): boolean {
  let value: unknown;
  try {
    value = parseCanonical(text);
  } catch {
    return false;
  }
  return is(value);
}

/** Ed25519 with any secret scalar, nonce and public key bytes: R = rB, S = r + h·s. */
function signWith(
  secret: bigint,
  nonce: bigint,
  publicKey: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const { Point } = curve;
  const encodedR = Point.BASE.multiply(nonce).toBytes();
  const h = Point.Fn.create(bytesToNumberLE(sha512(concatBytes(encodedR, publicKey, message))));
  const s = Point.Fn.create(nonce + h * secret);
  return concatBytes(encodedR, Point.Fn.toBytes(s));
}
