import { concatBytes, randomBytes } from '@ruvector/core';
import type { CryptoProvider, Encapsulation, Entropy, PostQuantumPrimitives } from '@ruvector/core';
import { pairwiseKeyOf } from './pairwise.js';
import type { SymmetricState } from './symmetric-state.js';
import { isStrongX25519Key } from './x25519-rules.js';

export const PROTOCOL_NAME = 'Noise_KKpsk0hfs_25519+MLKEM768_AESGCM_SHA256';

/** What a handshake needs of a provider: the classical primitives and ML-KEM-768. */
export type HandshakeProvider = CryptoProvider & Pick<PostQuantumPrimitives, 'mlKem768'>;

const DH_BYTES = 32;
const TAG_BYTES = 16;
const TIME_BYTES = 8;
const E1_BYTES = 1184 + TAG_BYTES;
const EKEM1_BYTES = 1088 + TAG_BYTES;

/** Length of message 1: e, e1, and the time. */
export const FIRST_MESSAGE_BYTES = DH_BYTES + E1_BYTES + TIME_BYTES + TAG_BYTES;
/** Length of message 2: e, ekem1, and nothing sealed. */
export const SECOND_MESSAGE_BYTES = DH_BYTES + EKEM1_BYTES + TAG_BYTES;

const NO_BYTES = /* @__PURE__ */ new Uint8Array(0);

/** One side, as the pattern sees it. */
export interface Party {
  readonly provider: HandshakeProvider;
  /** Without it the provider draws by itself, which is faster: some take no seed natively. */
  readonly entropy: Entropy | undefined;
  readonly swarmId: string;
  /** Static X25519 keys. */
  readonly publicKey: Uint8Array;
  readonly peerPublicKey: Uint8Array;
  /** X25519 with the own static secret key; the result is the caller's to erase. */
  agree(publicKey: Uint8Array): Uint8Array;
}

/** What the initiator keeps until it has its answer. */
export interface InitiatorSecrets {
  readonly ephemeral: Uint8Array;
  readonly kem: Uint8Array;
}

/** What the responder learned from message 1, and what it will answer to its key. */
export interface FirstMessage {
  readonly ephemeral: Uint8Array;
  /** Made at once, because not every key of the right length is one. Secret. */
  readonly encapsulation: Encapsulation;
  readonly payload: Uint8Array;
}

/** Why a message is not one of this handshake. */
export type PatternCode = 'ERR_HANDSHAKE_LENGTH' | 'ERR_HANDSHAKE_KEY' | 'ERR_HANDSHAKE_SEAL';

/** Message 1: → psk, e, es, e1, ss. Changes `state`. */
export function writeFirst(
  state: SymmetricState,
  party: Party,
  payload: Uint8Array,
): { message: Uint8Array; secrets: InitiatorSecrets } {
  const { x25519, mlKem768 } = party.provider;
  const staticSecret = mixPsk(state, party);
  const e = withSeed(party, DH_BYTES, (seed) => x25519.keygen(seed));
  mixEphemeral(state, e.publicKey);
  mixSecret(state, x25519.getSharedSecret(e.secretKey, party.peerPublicKey));
  const kem = withSeed(party, 64, (seed) => mlKem768.keygen(seed));
  const e1 = state.encryptAndHash(kem.publicKey);
  mixSecret(state, staticSecret);
  return {
    message: concatBytes(e.publicKey, e1, state.encryptAndHash(payload)),
    secrets: { ephemeral: e.secretKey, kem: kem.secretKey },
  };
}

/** Reads message 1. Changes `state`, which is of no further use after a code. */
export function readFirst(
  state: SymmetricState,
  party: Party,
  message: Uint8Array,
): FirstMessage | PatternCode {
  if (message.length !== FIRST_MESSAGE_BYTES) return 'ERR_HANDSHAKE_LENGTH';
  const ephemeral = message.slice(0, DH_BYTES);
  if (!isStrongX25519Key(ephemeral)) return 'ERR_HANDSHAKE_KEY';
  const staticSecret = mixPsk(state, party);
  try {
    mixEphemeral(state, ephemeral);
    mixSecret(state, party.agree(ephemeral));
    const kemPublicKey = state.decryptAndHash(message.subarray(DH_BYTES, DH_BYTES + E1_BYTES));
    if (kemPublicKey === undefined) return 'ERR_HANDSHAKE_SEAL';
    state.mixKey(staticSecret);
    const payload = state.decryptAndHash(message.subarray(DH_BYTES + E1_BYTES));
    if (payload === undefined) return 'ERR_HANDSHAKE_SEAL';
    const encapsulation = encapsulateTo(kemPublicKey, party);
    return encapsulation ? { ephemeral, encapsulation, payload } : 'ERR_HANDSHAKE_KEY';
  } finally {
    staticSecret.fill(0);
  }
}

/** Message 2: ← e, ee, ekem1, se. Changes `state`. */
export function writeSecond(state: SymmetricState, party: Party, first: FirstMessage): Uint8Array {
  const { x25519 } = party.provider;
  const { ciphertext, sharedSecret } = first.encapsulation;
  const e = withSeed(party, DH_BYTES, (seed) => x25519.keygen(seed));
  try {
    mixEphemeral(state, e.publicKey);
    mixSecret(state, x25519.getSharedSecret(e.secretKey, first.ephemeral));
    const ekem1 = state.encryptAndHash(ciphertext);
    mixSecret(state, sharedSecret);
    mixSecret(state, x25519.getSharedSecret(e.secretKey, party.peerPublicKey));
    return concatBytes(e.publicKey, ekem1, state.encryptAndHash(NO_BYTES));
  } finally {
    e.secretKey.fill(0);
  }
}

/** Reads message 2; `undefined` if it is right. Changes `state` as `readFirst` does. */
export function readSecond(
  state: SymmetricState,
  party: Party,
  secrets: InitiatorSecrets,
  message: Uint8Array,
): PatternCode | undefined {
  const { x25519, mlKem768 } = party.provider;
  if (message.length !== SECOND_MESSAGE_BYTES) return 'ERR_HANDSHAKE_LENGTH';
  const ephemeral = message.slice(0, DH_BYTES);
  if (!isStrongX25519Key(ephemeral)) return 'ERR_HANDSHAKE_KEY';
  mixEphemeral(state, ephemeral);
  mixSecret(state, x25519.getSharedSecret(secrets.ephemeral, ephemeral));
  const ciphertext = state.decryptAndHash(message.subarray(DH_BYTES, DH_BYTES + EKEM1_BYTES));
  if (ciphertext === undefined) return 'ERR_HANDSHAKE_SEAL';
  mixSecret(state, mlKem768.decapsulate(ciphertext, secrets.kem));
  mixSecret(state, party.agree(ephemeral));
  const payload = state.decryptAndHash(message.subarray(DH_BYTES + EKEM1_BYTES));
  return payload === undefined ? 'ERR_HANDSHAKE_SEAL' : undefined;
}

/**
 * psk: K0, which comes from the same X25519 secret as the later ss, so that this is computed once.
 * @returns that secret; the caller erases it.
 */
function mixPsk(state: SymmetricState, party: Party): Uint8Array {
  const staticSecret = party.agree(party.peerPublicKey);
  const keys = [party.publicKey, party.peerPublicKey] as const;
  const psk = pairwiseKeyOf(staticSecret, keys, party.swarmId, party.provider);
  state.mixKeyAndHash(psk);
  psk.fill(0);
  return staticSecret;
}

/** e; where a psk is in play, the public key goes into the chaining key too (§9.2). */
function mixEphemeral(state: SymmetricState, publicKey: Uint8Array): void {
  state.mixHash(publicKey);
  state.mixKey(publicKey);
}

function mixSecret(state: SymmetricState, secret: Uint8Array): void {
  state.mixKey(secret);
  secret.fill(0);
}

/** @returns nothing for a key that FIPS 203 §7.2 refuses. */
function encapsulateTo(publicKey: Uint8Array, party: Party): Encapsulation | undefined {
  try {
    return withSeed(party, 32, (seed) =>
      party.provider.mlKem768.encapsulate(publicKey, seed && { seed }),
    );
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function withSeed<T>({ entropy }: Party, length: number, make: (seed?: Uint8Array) => T): T {
  if (entropy === undefined) return make();
  const seed = randomBytes(entropy, length);
  try {
    return make(seed);
  } finally {
    seed.fill(0);
  }
}
