import { inspect } from 'node:util';
import { ByteWriter, concatBytes, isEdgeError, toHex, utf8 } from '@ruvector/core';
import { IdentityManager } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newClock, seededEntropy, SWARM } from './fixture.js';
import { CLASSICAL, hybridIdentity, PQ } from './hybrid-fixture.js';

const CHEAP = { costLog2: 15 }; // the floor
const PASSWORD = 'correct horse';
const HEADER_BYTES = 54;
const isCode = (code: string) => (error: unknown) => isEdgeError(error, code);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );
const create = (over = {}) => hybridIdentity(1, { agentId: 'alice', ...over });
const importPq = (bytes: Uint8Array, password = PASSWORD) =>
  IdentityManager.importEncrypted(bytes, password, { provider: PQ, clock: newClock() });

/** With a checksum that fits again: what somebody changes on purpose. */
const forge = (bytes: Uint8Array, change: (bytes: Uint8Array) => void): Uint8Array => {
  const content = bytes.slice(0, -4);
  change(content);
  return new ByteWriter().raw(content).checksum().bytes();
};

const identity = create();
const bytes = await identity.exportEncrypted(PASSWORD, CHEAP);

/** scrypt that is counted, by the memory it asks for: nobody else here allocates so much. */
async function worksFor(call: () => Promise<unknown>): Promise<boolean> {
  const Real = Uint8Array;
  let large = false;
  globalThis.Uint8Array = new Proxy(Real, {
    construct(target, args: [number]) {
      if (args[0] >= 1 << 24) large = true;
      return Reflect.construct(target, args) as object;
    },
  });
  try {
    await failure(call());
  } finally {
    globalThis.Uint8Array = Real;
  }
  return large;
}

describe('an exported identity', () => {
  it('comes back with its keys, agent, swarm, suite and prekeys', async () => {
    const clock = newClock();
    const own = create({ clock });
    const former = own.kemPublicKey!;
    const { ciphertext, sharedSecret } = PQ.xwing.encapsulate(former);
    own.rotatePrekey();
    const read = await importPq(await own.exportEncrypted(PASSWORD, CHEAP));
    for (const key of ['agentId', 'swarmId', 'suite', 'kemPublicKey'] as const)
      expect(read[key]).toEqual(own[key]);
    const registration = own.createRegistration('alice', ['embed']);
    const next = read.createRegistration('alice', ['embed'], { previous: registration });
    expect(next.record).toMatchObject({
      composite_public_key: registration.record.composite_public_key,
      x25519_public_key: registration.record.x25519_public_key,
    });
    expect(read.sign(utf8('m'))).toEqual(own.sign(utf8('m')));
    expect(read.decapsulate(ciphertext, former)).toEqual(sharedSecret);
  });

  it('has prekeys that are due no more', async () => {
    const clock = newClock();
    const own = create({ clock });
    const former = own.kemPublicKey!;
    own.rotatePrekey();
    clock.advance(24 * 3_600_000);
    const late = await own.exportEncrypted(PASSWORD, CHEAP);
    const read = await importPq(late); // by a clock that stands a day earlier
    const { ciphertext } = PQ.xwing.encapsulate(former);
    expect(() => read.decapsulate(ciphertext, former)).toThrow(/does not have the secret/);
  });

  it('of suite 1, without agent and swarm, comes back with any provider', async () => {
    const one = IdentityManager.create({ random: seededEntropy(3), provider: CLASSICAL });
    const file = await one.exportEncrypted(PASSWORD, CHEAP);
    for (const provider of [CLASSICAL, PQ]) {
      const read = await IdentityManager.importEncrypted(file, PASSWORD, { provider });
      expect([read.suite, read.agentId, read.swarmId]).toEqual([1, undefined, undefined]);
      expect(read.x25519PublicKey).toEqual(one.x25519PublicKey);
    }
  });

  it('of suite 2 is refused by a provider without it, before any work: suites are not lowered', async () => {
    const call = () => IdentityManager.importEncrypted(bytes, PASSWORD, { provider: CLASSICAL });
    expect(await failure(call())).toSatisfy(isCode('ERR_CRYPTO_UNSUPPORTED'));
    expect(await worksFor(call)).toBe(false);
    expect(await worksFor(() => importPq(bytes))).toBe(true); // the counting counts
  });

  it('has its parameters in the open and nothing else that can be read', () => {
    expect(toHex(bytes.subarray(0, 10))).toBe('52564944' + '01' + '02' + '01' + '0f' + '08' + '01');
    const text = String.fromCharCode(...bytes);
    for (const part of ['alice', SWARM]) expect(text.includes(part)).toBe(false);
    expect(bytes.length).toBe(HEADER_BYTES + (6 + 8 + 64 + 64 + 1 + 40) + 16 + 4);
  });

  it('is never twice the same: salt and nonce are drawn', async () => {
    const own = IdentityManager.create({ provider: CLASSICAL });
    const files = [await own.exportEncrypted('x', CHEAP), await own.exportEncrypted('x', CHEAP)];
    const [one, other] = files.map((file) => toHex(file.subarray(10)));
    expect(one!.slice(0, 64)).not.toBe(other!.slice(0, 64));
    expect(one!.slice(64, 88)).not.toBe(other!.slice(64, 88));
  });

  it('is the key derivation and the cipher that its header names', async () => {
    const { scryptSync, createDecipheriv } = await import('node:crypto');
    const [salt, nonce] = [bytes.subarray(10, 42), bytes.subarray(42, 54)];
    const key = scryptSync(PASSWORD, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 });
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    cipher.setAAD(bytes.subarray(0, HEADER_BYTES));
    cipher.setAuthTag(bytes.subarray(-20, -4));
    const opened = cipher.update(bytes.subarray(HEADER_BYTES, -20));
    cipher.final();
    expect(opened.subarray(1, 6).toString()).toBe('alice');
  });
});

describe('a password', () => {
  it('that is another one, in any way, is ERR_IDENTITY_PASSWORD', async () => {
    for (const wrong of ['Correct horse', 'correct horse ', 'x'])
      expect(await failure(importPq(bytes, wrong))).toSatisfy(isCode('ERR_IDENTITY_PASSWORD'));
  });

  it('counts in its NFC form: the same text typed on another keyboard opens', async () => {
    const own = IdentityManager.create({ provider: CLASSICAL });
    const file = await own.exportEncrypted('cafe\u0301', CHEAP);
    const read = await IdentityManager.importEncrypted(file, 'caf\u00e9', { provider: CLASSICAL });
    expect(read.ed25519PublicKey).toEqual(own.ed25519PublicKey);
  });

  it.each<[string, unknown]>([
    ['empty', ''],
    ['1,025 bytes', 'x'.repeat(1025)],
    ['1,026 bytes in 513 characters', 'é'.repeat(513)],
    ['a hundred million characters', 'x'.repeat(1e8)],
    ['half a character', 'x\ud800'],
    ['a number', 1234567],
    ['bytes', utf8('secret-secret')],
    ['nothing', null],
  ])('of %s is refused before any work, without being shown', async (_, password) => {
    for (const call of [
      () => identity.exportEncrypted(password as string, CHEAP),
      () => importPq(bytes, password as string),
    ]) {
      expect(await worksFor(call)).toBe(false);
      const error = (await failure(call())) as Error;
      expect(error.message).toMatch(/^password must/);
      expect(inspect(error)).not.toMatch(/1234567|115,\s*101|xxxx/);
    }
  });

  it('of 1,024 bytes is taken', async () => {
    const own = IdentityManager.create({ provider: CLASSICAL });
    const file = await own.exportEncrypted('é'.repeat(512), CHEAP);
    const read = await IdentityManager.importEncrypted(file, 'é'.repeat(512));
    expect(read.ed25519PublicKey).toEqual(own.ed25519PublicKey);
  });
});

describe('a file that is not as it was written', () => {
  it('is ERR_MALFORMED after any flipped bit, before any work', async () => {
    for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const error = await failure(importPq(flipped));
      if (!isEdgeError(error, 'ERR_MALFORMED')) throw new Error(`bit ${bit}: ${String(error)}`);
    }
    const flipped = bytes.slice();
    flipped[100]! ^= 1;
    expect(await worksFor(() => importPq(flipped))).toBe(false);
  });

  it('is ERR_MALFORMED when cut or grown anywhere', async () => {
    for (let length = 0; length < bytes.length; length++)
      expect(await failure(importPq(bytes.slice(0, length)))).toSatisfy(isCode('ERR_MALFORMED'));
    const grown = concatBytes(bytes, Uint8Array.of(0));
    expect(await failure(importPq(grown))).toSatisfy(isCode('ERR_MALFORMED'));
    expect(await failure(importPq(new Uint8Array(1 << 20)))).toSatisfy(isCode('ERR_MALFORMED'));
  });

  it.each<[string, number, number]>([
    ['another magic', 0, 0x53],
    ['version 2', 4, 2],
    ['suite 0', 5, 0],
    ['suite 3', 5, 3],
    ['another key derivation', 6, 2],
    ['a cost below the floor', 7, 14],
    ['no cost', 7, 0],
    ['a cost above the ceiling', 7, 19],
    ['a cost of 2^255', 7, 255],
    ['another block size', 8, 255],
    ['another parallelism', 9, 255],
  ])('with %s and a checksum that fits is refused before any work', async (_, at, value) => {
    const forged = forge(bytes, (content) => void (content[at] = value));
    expect(await worksFor(() => importPq(forged))).toBe(false);
    expect(await failure(importPq(forged))).toSatisfy(isCode('ERR_MALFORMED'));
  });

  it.each<[string, (content: Uint8Array) => void]>([
    ['suite lowered to 1', (content) => void (content[5] = 1)],
    ['another cost', (content) => void (content[7] = 16)],
    ['another salt', (content) => void (content[10]! ^= 1)],
    ['another nonce', (content) => void (content[42]! ^= 1)],
    ['another secret', (content) => void (content[HEADER_BYTES + 20]! ^= 1)],
    ['another tag', (content) => void (content[content.length - 1]! ^= 1)],
  ])('with %s and a checksum that fits does not open', async (_, change) => {
    expect(await failure(importPq(forge(bytes, change)))).toSatisfy(
      isCode('ERR_IDENTITY_PASSWORD'),
    );
  });

  it('may change while it is read: what counts is what was passed', async () => {
    const copy = bytes.slice();
    const reading = importPq(copy);
    copy.fill(0);
    expect((await reading).agentId).toBe('alice');
  });
});

describe('exporting', () => {
  it('refuses a cost outside of 15 to 18, and options that are none', async () => {
    for (const costLog2 of [14, 19, 15.5, NaN])
      await expect(identity.exportEncrypted('x', { costLog2 })).rejects.toThrow(RangeError);
    await expect(identity.exportEncrypted('x', { cost: 15 } as never)).rejects.toThrow(/"cost"/);
    const options = { agentId: 'x' } as never;
    await expect(IdentityManager.importEncrypted(bytes, 'x', options)).rejects.toThrow(/"agentId"/);
  });

  it('lets others work meanwhile', async () => {
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await identity.exportEncrypted(PASSWORD, CHEAP);
    isDone = true;
    expect(turns).toBeGreaterThan(2);
  });

  it('of a destroyed identity is ERR_IDENTITY_DESTROYED, also if it happens meanwhile', async () => {
    const own = create();
    const exporting = own.exportEncrypted(PASSWORD, CHEAP);
    own.destroy();
    expect(await failure(exporting)).toSatisfy(isCode('ERR_IDENTITY_DESTROYED'));
    expect(await failure(own.exportEncrypted(PASSWORD, CHEAP))).toSatisfy(
      isCode('ERR_IDENTITY_DESTROYED'),
    );
  });

  it('erases key and plaintext, and leaves the identity as it was', async () => {
    const shown: Uint8Array[] = [];
    const { seal, open } = PQ.aes256gcm;
    const aes256gcm = {
      ...PQ.aes256gcm,
      seal: (...args: Parameters<typeof seal>) => (shown.push(args[0], args[2]), seal(...args)),
      open: (...args: Parameters<typeof open>) => {
        const plaintext = open(...args);
        shown.push(args[0], plaintext);
        return plaintext;
      },
    };
    const provider = { ...PQ, aes256gcm };
    const own = create({ provider });
    const file = await own.exportEncrypted(PASSWORD, CHEAP);
    const read = await IdentityManager.importEncrypted(file, PASSWORD, { provider });
    expect(shown.map((part) => part.every((byte) => byte === 0))).toEqual([true, true, true, true]);
    expect(read.signComposite(utf8('m'))).toHaveLength(3373);
    expect(own.sign(utf8('m'))).toEqual(read.sign(utf8('m')));
  });
});
