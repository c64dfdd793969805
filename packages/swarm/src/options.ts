import {
  checkBytes,
  checkId,
  checkObject,
  randomBytes,
  silentLogger,
  systemClock,
  systemEntropy,
  toBase64Url,
  toHex,
  type Clock,
  type Entropy,
  type Logger,
  type Transport,
} from '@ruvector/core';
import { MemoryNetwork } from '@ruvector/core/memory';
import { IdentityManager, sha256, type Registration } from '@ruvector/crypto';
import { postQuantumProvider } from '@ruvector/crypto/pq';

import { checkHeartbeat, type HeartbeatOptions } from './failure-detector.js';
import { parseInvitation, type Invitation } from './invitation.js';
import { checkLimits, type SwarmLimits } from './limits.js';
import { checkRole, type Role } from './role.js';

/** How a member travels, what it holds and how patient it is; unknown names are refused. */
export interface SwarmOptions {
  /**
   * How frames travel; several are tried in order.
   * @default memory of this process, which reaches nobody
   */
  readonly transport?: Transport | readonly Transport[];
  /**
   * 1–128 of `[A-Za-z0-9._:-]`.
   * @default the invitation's, or the first 8 bytes of SHA-256(swarm key) in hexadecimal
   */
  readonly swarmId?: string;
  /** This agent's keys. @default new ones */
  readonly identity?: IdentityManager;
  /** An earlier registration of `identity`, to go on as the same member. @default a new one */
  readonly registration?: Registration;
  /** @default 'coordinator', or what the invitation says */
  readonly role?: Role;
  /** An invitation: `connect()` then joins its swarm, and no swarm key is given. */
  readonly join?: string;
  /** Where others reach this agent; goes into its invitations. @default nowhere */
  readonly addresses?: () => readonly string[];
  /** How soon silence is noticed. @default a heartbeat each 500 ms, dead after 3 s */
  readonly heartbeat?: HeartbeatOptions;
  /** Bounds to be changed. @default those of `SwarmLimits` */
  readonly limits?: Partial<SwarmLimits>;
  /** @default systemClock */
  readonly clock?: Clock;
  /** Keys, nonces and ids come from here. @default systemEntropy */
  readonly random?: Entropy;
  /** @default silentLogger */
  readonly logger?: Logger;
}

/** Options with every default in place. */
export interface CheckedOptions {
  readonly agentId: string;
  readonly transports: readonly Transport[];
  readonly swarmId: string;
  /** None with an invitation. */
  readonly swarmKey: Uint8Array | undefined;
  readonly identity: IdentityManager;
  /** Whether the identity was made here, and is destroyed with the swarm member. */
  readonly ownsIdentity: boolean;
  readonly registration: Registration;
  readonly role: Role;
  readonly invitation: Invitation | undefined;
  readonly addresses: () => readonly string[];
  readonly heartbeat: Required<HeartbeatOptions>;
  readonly limits: SwarmLimits;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly provider: ReturnType<typeof postQuantumProvider>;
  readonly logger: Logger;
}

const SWARM_KEY_BYTES = 32;

const KNOWN = [
  'transport',
  'swarmId',
  'identity',
  'registration',
  'role',
  'join',
  'addresses',
  'heartbeat',
  'limits',
  'clock',
  'random',
  'logger',
];

export function checkOptions(
  agentId: string,
  swarmKey: Uint8Array | undefined,
  capabilities: readonly string[],
  options: SwarmOptions,
): CheckedOptions {
  checkObject('options', options);
  for (const name of Object.keys(options))
    if (!KNOWN.includes(name)) throw new RangeError(`options.${name} is not an option of a swarm`);
  checkId('agentId', agentId);
  const { clock = systemClock, random: entropy = systemEntropy } = options;
  const provider = postQuantumProvider();
  checkParts(options, entropy);
  const invitation = options.join === undefined ? undefined : parseInvitation(options.join);
  if (invitation && swarmKey)
    throw new TypeError('swarmKey must be undefined with options.join: the invitation lets in');
  const key = invitation ? undefined : checkKey(swarmKey, entropy);
  const swarmId = checkSwarmId(options.swarmId, invitation, key);
  const role = checkRole('options.role', options.role ?? invitation?.role ?? 'coordinator');
  if (invitation && role !== invitation.role)
    throw new RangeError(
      `options.role must be the invitation's ${invitation.role}, got ${JSON.stringify(role)}`,
    );
  const identity =
    options.identity ??
    IdentityManager.create({ agentId, swarmId, random: entropy, clock, provider });
  const registration = checkRegistrationOption(options, agentId, swarmId, identity);
  checkCapabilities(capabilities);
  return {
    agentId,
    transports: checkTransports(options.transport, agentId),
    swarmId,
    swarmKey: key,
    identity,
    ownsIdentity: options.identity === undefined,
    registration: registration ?? identity.createRegistration(agentId, capabilities, { swarmId }),
    role,
    invitation,
    addresses: options.addresses ?? (() => []),
    heartbeat: checkHeartbeat(options.heartbeat),
    limits: checkLimits(options.limits),
    clock,
    entropy,
    provider,
    logger: options.logger ?? silentLogger,
  };
}

/** What a swarm calls of the parts that it is given. */
function checkParts({ clock, identity, logger, addresses }: SwarmOptions, random: Entropy): void {
  checkObject('options.random', random, { methods: ['fill'] }); // an Entropy: it makes keys
  if (clock !== undefined)
    checkObject('options.clock', clock, { methods: ['now', 'monotonic', 'setTimeout'] });
  if (identity !== undefined)
    checkObject('options.identity', identity, { methods: ['sign', 'createRegistration'] });
  if (logger !== undefined)
    checkObject('options.logger', logger, { methods: ['debug', 'info', 'warn', 'error'] });
  if (addresses !== undefined && typeof addresses !== 'function')
    throw new TypeError(`options.addresses must be a function, got ${typeof addresses}`);
}

function checkKey(swarmKey: Uint8Array | undefined, entropy: Entropy): Uint8Array {
  if (swarmKey) return checkBytes('swarmKey', swarmKey, { length: SWARM_KEY_BYTES }).slice();
  return randomBytes(entropy, SWARM_KEY_BYTES);
}

function checkSwarmId(
  given: string | undefined,
  invitation: Invitation | undefined,
  key: Uint8Array | undefined,
): string {
  if (given !== undefined) checkId('options.swarmId', given);
  if (!invitation) return given ?? toHex(sha256(key!).subarray(0, 8));
  if (given !== undefined && given !== invitation.swarmId)
    throw new RangeError(
      `options.swarmId must be the invitation's ${invitation.swarmId}, got ${given}`,
    );
  return invitation.swarmId;
}

function checkCapabilities(capabilities: readonly string[]): void {
  if (!Array.isArray(capabilities) || capabilities.some((text) => typeof text !== 'string'))
    throw new TypeError('capabilities must be an array of strings');
}

function checkRegistrationOption(
  { registration, identity: given }: SwarmOptions,
  agentId: string,
  swarmId: string,
  identity: IdentityManager,
): Registration | undefined {
  if (!registration) return undefined;
  if (!given) throw new TypeError('options.registration needs the options.identity that signed it');
  const { agent_id, swarm_id, ed25519_public_key } = registration.record;
  if (
    agent_id !== agentId ||
    swarm_id !== swarmId ||
    ed25519_public_key !== toBase64Url(identity.ed25519PublicKey)
  )
    throw new RangeError('options.registration must be of this agent, swarm and identity');
  return registration;
}

function checkTransports(
  transport: Transport | readonly Transport[] | undefined,
  agentId: string,
): readonly Transport[] {
  if (transport === undefined) return [new MemoryNetwork().transport(agentId)];
  const list = Array.isArray(transport)
    ? (transport as readonly Transport[])
    : [transport as Transport];
  if (list.length === 0) throw new RangeError('options.transport must not be an empty list');
  for (const one of list)
    if (typeof one?.send !== 'function' || typeof one.caps?.maxFrameBytes !== 'number')
      throw new TypeError('options.transport must be a Transport, or several');
  return list;
}
