import {
  checkId,
  checkInteger,
  checkObject,
  checkString,
  toBase64Url,
  toHex,
} from '@ruvector/core';
import type { Clock, CryptoProvider } from '@ruvector/core';
import { asReadBack } from './record-fields.js';
import {
  CAPABILITY_CHARS_MAX,
  memberKeyId,
  NO_PREVIOUS,
  readRecord,
  registrationBytes,
  signerOf,
  suiteOf,
  type Registration,
  type RegistrationRecord,
} from './registration-record.js';
import { isSignedByPrevious } from './registration.js';
import { signPair, type Signer } from './signature-pair.js';

/** How long a registration is valid unless told: 30 days, in milliseconds. */
export const REGISTRATION_LIFETIME_MS = 30 * 24 * 3_600_000;

/** How a registration is made. */
export interface RegistrationOptions {
  /** @default the identity's */
  swarmId?: string;
  /** Milliseconds since 1970. @default 30 days from now */
  expiresAt?: number;
  /** The agent's present registration, which the new one replaces. */
  previous?: Registration;
  /** Holds the keys of `previous`. @default this identity */
  previousIdentity?: Pick<Signer, 'sign' | 'signComposite'>;
}

const OPTIONS: readonly (keyof RegistrationOptions)[] = [
  'swarmId',
  'expiresAt',
  'previous',
  'previousIdentity',
];

/** Whose registration it is, and what makes it. */
export interface RegistrationAuthor extends Signer {
  readonly x25519PublicKey: Uint8Array;
  /** In suite 2 only. */
  readonly kemPublicKey: Uint8Array | undefined;
  /** If the options name none. */
  readonly swarmId: string | undefined;
  readonly clock: Clock;
  readonly provider: CryptoProvider;
}

/** Makes and signs a registration: see `IdentityManager.createRegistration`. */
export function makeRegistration(
  author: RegistrationAuthor,
  agentId: string | undefined,
  capabilities: readonly string[],
  options: RegistrationOptions,
): Registration {
  checkObject('options', options, { keys: OPTIONS });
  const { previous, previousIdentity = author } = options;
  checkCapabilities(capabilities);
  const joinedAt = Math.floor(author.clock.now());
  const expiresAt = options.expiresAt ?? joinedAt + REGISTRATION_LIFETIME_MS;
  const fields = {
    v: 1,
    swarm_id: checkId('swarmId', options.swarmId ?? author.swarmId),
    agent_id: checkId('agentId', agentId),
    ed25519_public_key: toBase64Url(author.ed25519PublicKey),
    x25519_public_key: toBase64Url(author.x25519PublicKey),
    composite_public_key: base64UrlOrNull(author.compositePublicKey),
    kem_public_key: base64UrlOrNull(author.kemPublicKey),
    capabilities: [...new Set(capabilities)].sort(),
    joined_at: joinedAt,
    expires_at: checkInteger('expiresAt', expiresAt, { min: joinedAt + 1 }),
    rev: (previous?.record.rev ?? 0) + 1,
    prev: previous ? toHex(memberKeyId(previous.record, author.provider)) : NO_PREVIOUS,
  };
  const record = asReadBack(() => readRecord(fields));
  const bytes = registrationBytes(record);
  const signatures = signPair(bytes, author);
  if (previous === undefined) return { record, signatures };
  checkSuite(record, previous);
  const former = signPair(bytes, { ...signerOf(previous.record), ...signing(previousIdentity) });
  const next = {
    record,
    signatures: {
      ...signatures,
      previous: former.ed25519,
      ...(former.composite === null ? {} : { previous_composite: former.composite }),
    },
  };
  checkFollows(next, previous, author.provider);
  return next;
}

const base64UrlOrNull = (key: Uint8Array | undefined) =>
  key === undefined ? null : toBase64Url(key);

/** The methods alone, bound: an identity has its keys behind getters, which a spread would miss. */
function signing(identity: Pick<Signer, 'sign' | 'signComposite'>): typeof identity {
  if (identity.signComposite === undefined) return { sign: (m) => identity.sign(m) };
  return { sign: (m) => identity.sign(m), signComposite: (m) => identity.signComposite!(m) };
}

function checkSuite(next: RegistrationRecord, previous: Registration): void {
  if (suiteOf(next) < suiteOf(previous.record))
    throw new RangeError('previous must not be of suite 2 if this identity is of suite 1');
}

function checkFollows(next: Registration, previous: Registration, provider: CryptoProvider): void {
  const { agent_id, swarm_id } = previous.record;
  if (next.record.agent_id !== agent_id || next.record.swarm_id !== swarm_id)
    throw new RangeError(
      `previous must be of the same agent and swarm, got ${agent_id}, ${swarm_id}`,
    );
  if (!isSignedByPrevious(next, previous.record, provider))
    throw new RangeError('previousIdentity must hold the keys that previous registered');
}

function checkCapabilities(capabilities: readonly string[]): void {
  if (!Array.isArray(capabilities))
    throw new TypeError(`capabilities must be an array, got ${typeof capabilities}`);
  capabilities.forEach((text, i) =>
    checkString(`capabilities[${i}]`, text, { min: 1, max: CAPABILITY_CHARS_MAX }),
  );
}
