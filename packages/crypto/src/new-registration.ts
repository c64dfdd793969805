import {
  checkId,
  checkInteger,
  checkObject,
  checkString,
  fromBase64Url,
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
  type Registration,
} from './registration-record.js';
import { isSignedByPrevious } from './registration.js';

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
  /** Holds the key of `previous`. @default this identity */
  previousIdentity?: { sign(message: Uint8Array): Uint8Array };
}

const OPTIONS: readonly (keyof RegistrationOptions)[] = [
  'swarmId',
  'expiresAt',
  'previous',
  'previousIdentity',
];

/** Whose registration it is, and what makes it. */
export interface RegistrationAuthor {
  sign(message: Uint8Array): Uint8Array;
  readonly ed25519PublicKey: Uint8Array;
  readonly x25519PublicKey: Uint8Array;
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
    composite_public_key: null,
    kem_public_key: null,
    capabilities: [...new Set(capabilities)].sort(),
    joined_at: joinedAt,
    expires_at: checkInteger('expiresAt', expiresAt, { min: joinedAt + 1 }),
    rev: (previous?.record.rev ?? 0) + 1,
    prev: previous ? toHex(memberKeyId(previous.record, author.provider)) : NO_PREVIOUS,
  };
  const record = asReadBack(() => readRecord(fields));
  const bytes = registrationBytes(record);
  const own = { ed25519: toBase64Url(author.sign(bytes)), composite: null };
  if (previous === undefined) return { record, signatures: own };
  const signatures = { ...own, previous: toBase64Url(previousIdentity.sign(bytes)) };
  checkFollows({ record, signatures }, previous, author.provider);
  return { record, signatures };
}

function checkFollows(next: Registration, previous: Registration, provider: CryptoProvider): void {
  const { agent_id, swarm_id, ed25519_public_key } = previous.record;
  if (next.record.agent_id !== agent_id || next.record.swarm_id !== swarm_id)
    throw new RangeError(
      `previous must be of the same agent and swarm, got ${agent_id}, ${swarm_id}`,
    );
  if (!isSignedByPrevious(next, fromBase64Url(ed25519_public_key), provider))
    throw new RangeError('previousIdentity must hold the key that previous registered');
}

function checkCapabilities(capabilities: readonly string[]): void {
  if (!Array.isArray(capabilities))
    throw new TypeError(`capabilities must be an array, got ${typeof capabilities}`);
  capabilities.forEach((text, i) =>
    checkString(`capabilities[${i}]`, text, { min: 1, max: CAPABILITY_CHARS_MAX }),
  );
}
