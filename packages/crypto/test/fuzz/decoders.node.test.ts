import { fromUtf8, isEdgeError, utf8, type Json } from '@ruvector/core';
import {
  artifactId,
  canonicalize,
  checkRegistration,
  decodeSignedEnvelope,
  encodeSignedEnvelope,
  openEnvelope,
  parseCanonical,
  readEnvelopeHeader,
  ReplayWindow,
  signBatch,
  verifyArtifact,
  verifyBatchProof,
  verifyReceipt,
} from '@ruvector/crypto';
import { describe } from 'vitest';
import { newAgent, newClock, newRegistry, SWARM } from '../fixture.js';
import { KINDS, newKind, SUITES } from '../kinds-fixture.js';
import { receiptOf } from '../receipt-fixture.js';
import { fuzz } from './fuzz.js';
import { below, mutatedBytes, mutatedJson } from './mutations.js';

const clock = newClock();
const alice = newAgent('alice', clock);
const registry = newRegistry(clock);
registry.apply(alice.registration);
const { receipt, assignment } = receiptOf(alice.identity);

/** What a decoder gives, or `undefined` if it throws what it may. */
function taken<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (isEdgeError(error, 'ERR_MALFORMED')) return undefined;
    throw error;
  }
}
const must = (holds: boolean, rule: string) => {
  if (!holds) throw new Error(rule);
};
const textOf = (bytes: Uint8Array) => taken(() => fromUtf8(bytes)) ?? '';

/** Texts that were canonical JSON before their bytes, or their values, were changed. */
function textsFrom(values: readonly Json[]) {
  const valid = values.map((value) => utf8(canonicalize(value)));
  return (random: Parameters<typeof mutatedBytes>[1]) => {
    if (below(random, 2) === 0) return textOf(mutatedBytes(valid, random));
    const value = mutatedJson(values[below(random, values.length)]!, random);
    const text = JSON.stringify(value);
    // half a character, which mutation leaves now and then, has no canonical text
    return /\\ud[89a-f]/.test(text) ? text : canonicalize(value);
  };
}

/** Reads a text as a record and holds it against a check that must only take the original. */
function record(original: unknown, isGood: (value: unknown) => boolean) {
  const expected = canonicalize(original);
  return (text: string) => {
    const value = taken(() => parseCanonical(text));
    const good = value !== undefined && isGood(value);
    must(!good || text === expected, 'took what nobody signed');
    return good;
  };
}

describe('fuzzing:', () => {
  const VALUES: Json[] = [
    alice.registration as unknown as Json,
    receipt as unknown as Json,
    { '\u0000\n"\\': ['é', '🦆', 1e21, -1.5e-7, 0, true, null, {}] },
  ];

  fuzz('parseCanonical', {
    input: textsFrom(VALUES),
    judge: (text) => {
      const value = taken(() => parseCanonical(text));
      must(value === undefined || canonicalize(value) === text, 'took text that is not canonical');
      return value !== undefined;
    },
  });

  fuzz('checkRegistration', {
    input: textsFrom([alice.registration as unknown as Json]),
    judge: record(
      alice.registration,
      (value) => checkRegistration(value, { swarmId: SWARM, now: clock.now() }).ok,
    ),
  });

  fuzz('verifyReceipt', {
    input: textsFrom([receipt as unknown as Json]),
    judge: record(receipt, (value) => verifyReceipt(value, assignment, registry).ok),
  });

  fuzz('verifyArtifact', {
    input: (random) => textOf(mutatedBytes([utf8(artifactId(utf8('hello')))], random)),
    judge: (id) => {
      const isIt = verifyArtifact(id, utf8('hello'));
      must(isIt === (id === artifactId(utf8('hello'))), 'took another id');
      return isIt;
    },
  });

  const leaves = ['one', 'two', 'three', 'four', 'five'].map(utf8);
  const { root, proofs } = signBatch(leaves, new Uint8Array(32).fill(1));
  fuzz('verifyBatchProof', {
    // index and count as bytes, then hashes, the last of which may be cut short
    input: (random) =>
      mutatedBytes(
        proofs.map((proof, i) => Uint8Array.of(i, 5, ...proof.flatMap((hash) => [...hash]))),
        random,
      ),
    judge: (bytes) => {
      const path: Uint8Array[] = [];
      for (let at = 2; at < bytes.length; at += 32) path.push(bytes.subarray(at, at + 32));
      const [index = 255, count = 255] = bytes;
      const isIn = verifyBatchProof(leaves[index % 5]!, index, count, path, root);
      const isOriginal = path.join() === proofs[index % 5]!.join();
      must(!isIn || (isOriginal && index < 5), 'took another proof');
      return isIn;
    },
  });
});

describe.each(KINDS)('fuzzing %s envelopes:', (kind) => {
  const both = SUITES.map((suite) => newKind(kind, suite));
  const valid = both.map(({ seal }) => seal());
  const originals = valid.map(String);

  fuzz('openEnvelope', {
    input: (random) => mutatedBytes(valid, random),
    judge: (bytes) => {
      const isOriginal = originals.includes(String(bytes));
      for (const { receiving, received, open } of both) {
        const window = new ReplayWindow();
        const opened = open(bytes, { window });
        if (isOriginal) continue;
        must(!opened.ok, 'opened what nobody sealed');
        must(received.next <= 5, 'moved on in refusing');
        must(openEnvelope(bytes, { ...receiving, bytesMax: 10 }).ok === false, 'opened too much');
      }
      readEnvelopeHeader(bytes);
      return isOriginal;
    },
  });

  fuzz('decodeSignedEnvelope', {
    input: textsFrom(valid.map((envelope) => parseCanonical(encodeSignedEnvelope(envelope)))),
    judge: (text) => {
      const envelope = taken(() => decodeSignedEnvelope(text));
      must(!envelope || encodeSignedEnvelope(envelope) === text, 'has two texts');
      return envelope !== undefined;
    },
  });

  fuzz('encodeSignedEnvelope', {
    input: (random) => mutatedBytes(valid, random),
    judge: (bytes) => {
      const text = taken(() => encodeSignedEnvelope(bytes));
      const again = text === undefined ? undefined : decodeSignedEnvelope(text);
      must(!again || String(again) === String(bytes), 'is another envelope');
      return again !== undefined;
    },
  });
});
