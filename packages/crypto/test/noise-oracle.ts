import { gcm } from '@noble/ciphers/aes.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { concatBytes, utf8 } from '@ruvector/core';

/**
 * Noise_KKpsk0hfs once more, in one straight line and from the texts alone: "The Noise Protocol
 * Framework", revision 34, and its extension for hybrid forward secrecy. It shares no code with the
 * one under test, and knows the secrets of both sides.
 */
export interface OracleInput {
  readonly swarmId: string;
  readonly memberKeyIds: readonly [Uint8Array, Uint8Array];
  /** Of initiator and responder. */
  readonly staticSecrets: readonly [Uint8Array, Uint8Array];
  readonly ephemeralSecrets: readonly [Uint8Array, Uint8Array];
  readonly kemSeed: Uint8Array;
  readonly encapsulationSeed: Uint8Array;
  readonly timeMs: number;
}

const mac = (key: Uint8Array, ...parts: Uint8Array[]) => hmac(sha256, key, concatBytes(...parts));

/** §4.3: HKDF by HMAC chaining. */
function chain(chainingKey: Uint8Array, input: Uint8Array): [Uint8Array, Uint8Array, Uint8Array] {
  const temp = mac(chainingKey, input);
  const one = mac(temp, Uint8Array.of(1));
  const two = mac(temp, one, Uint8Array.of(2));
  return [one, two, mac(temp, two, Uint8Array.of(3))];
}

/** §12.3: 32 zero bits, then the counter in 64 bits, big-endian. */
const seal = (key: Uint8Array, counter: number, hash: Uint8Array, plaintext: Uint8Array) =>
  gcm(key, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, counter), hash).encrypt(plaintext);

const dh = (secret: Uint8Array, publicKey: Uint8Array) => x25519.getSharedSecret(secret, publicKey);

/** K0, as the design of the project says. */
function pskOf(secretA: Uint8Array, publicA: Uint8Array, publicB: Uint8Array, swarmId: string) {
  const sorted = [publicA, publicB].sort(byteOrder);
  const prk = mac(sha256(concatBytes(...sorted)), dh(secretA, publicB));
  return mac(prk, utf8(`p2p-swarm-v2:${swarmId}`), Uint8Array.of(1));
}

const byteOrder = (a: Uint8Array, b: Uint8Array) => {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return a[at]! - b[at]!;
};

/** Both messages and what they lead to. */
export function oracle(input: OracleInput) {
  const [si, sr] = input.staticSecrets;
  const [ei, er] = input.ephemeralSecrets;
  const [SI, SR, EI, ER] = [si, sr, ei, er].map((secret) => x25519.getPublicKey(secret)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const kem = ml_kem768.keygen(input.kemSeed);

  // the name is longer than a hash
  let h: Uint8Array = sha256(utf8('Noise_KKpsk0hfs_25519+MLKEM768_AESGCM_SHA256'));
  let ck = h;
  h = sha256(concatBytes(h, utf8(`p2p-swarm-v2:${input.swarmId}`), ...input.memberKeyIds));
  h = sha256(concatBytes(h, SI));
  h = sha256(concatBytes(h, SR));

  // → psk
  const [afterPsk, mixed] = chain(ck, pskOf(si, SI, SR, input.swarmId));
  h = sha256(concatBytes(h, mixed));
  // → e
  h = sha256(concatBytes(h, EI));
  let key: Uint8Array;
  [ck, key] = chain(afterPsk, EI);
  // → es
  [ck, key] = chain(ck, dh(ei, SR));
  // → e1
  const e1 = seal(key, 0, h, kem.publicKey);
  h = sha256(concatBytes(h, e1));
  // → ss
  [ck, key] = chain(ck, dh(si, SR));
  // payload
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, BigInt(input.timeMs));
  const sealedTime = seal(key, 0, h, time);
  h = sha256(concatBytes(h, sealedTime));
  const first = concatBytes(EI, e1, sealedTime);

  // ← e
  h = sha256(concatBytes(h, ER));
  [ck, key] = chain(ck, ER);
  // ← ee
  [ck, key] = chain(ck, dh(er, EI));
  // ← ekem1
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(
    kem.publicKey,
    input.encapsulationSeed,
  );
  const ekem1 = seal(key, 0, h, cipherText);
  h = sha256(concatBytes(h, ekem1));
  [ck, key] = chain(ck, sharedSecret);
  // ← se
  [ck, key] = chain(ck, dh(si, ER));
  // payload
  const nothing = seal(key, 0, h, new Uint8Array(0));
  h = sha256(concatBytes(h, nothing));
  const second = concatBytes(ER, ekem1, nothing);

  const [fromInitiator, fromResponder, exporter] = chain(ck, new Uint8Array(0));
  return { first, second, hash: h, fromInitiator, fromResponder, exporter };
}

/** A transport frame: §5.2 with the counter of the direction. */
export const frame = (key: Uint8Array, counter: number, plaintext: Uint8Array, aad: Uint8Array) =>
  seal(key, counter, aad, plaintext);
