import {
  fromBase64Url,
  isEdgeError,
  LimitError,
  randomBytes,
  toHex,
  type Clock,
  type Entropy,
  type PeerId,
} from '@ruvector/core';
import { ed25519, sha256, type IdentityManager } from '@ruvector/crypto';

import {
  encodeInvitation,
  INVITATION_ID_BYTES,
  SECRET_BYTES,
  type Invitation,
} from './invitation.js';
import {
  openJoin,
  possessionBytes,
  readJoinFrame,
  sealJoin,
  type JoinFrame,
  type JoinRequest,
  type Welcome,
} from './join-wire.js';
import type { Role } from './role.js';

/** How far a newcomer's clock may be off; as for envelopes. */
const REQUEST_AGE_MS_MAX = 30_000;
/** A request is answered once; its answer is repeated as long as the request is not too old. */
const ANSWER_MS = 2 * REQUEST_AGE_MS_MAX;
const ANSWERS_MAX = 1024;
/** Expired invitations are remembered for an hour, so that their holders are told why. */
const EXPIRED_MS = 3_600_000;

export interface AdmissionOptions {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly identity: IdentityManager;
  readonly swarmId: string;
  readonly agentId: string;
  readonly memberKeyId: Uint8Array;
  readonly invitationsMax: number;
  /** Registers the newcomer. @returns the code of the rule that it breaks, if it does. */
  readonly admit: (registration: unknown, role: Role) => string | undefined;
  /** Where the swarm's epochs are. */
  readonly present: () => Pick<Invitation, 'epoch' | 'commitHash'>;
  readonly welcome: (role: Role) => Welcome;
  readonly send: (to: PeerId, frame: Uint8Array) => void;
}

/** The coordinator's side of joining: hands out invitations and admits who holds one. */
export class Admission {
  readonly #o: AdmissionOptions;
  readonly #open = new Map<string, Invitation>();
  /** With which invitation each newcomer came, by agent id. */
  readonly #used = new Map<string, string>();
  /**
   * By the hash of the whole request, so that nobody can take another's place; the oldest first.
   */
  readonly #answers = new Map<string, { readonly frame: Uint8Array; readonly until: number }>();

  constructor(options: AdmissionOptions) {
    this.#o = options;
  }

  /** @throws LimitError if too many invitations have not expired yet */
  invite(role: Role, expiresAt: number, addresses: readonly string[]): string {
    this.#forgetExpired();
    if (this.#open.size >= this.#o.invitationsMax)
      throw new LimitError('invitationsMax', this.#o.invitationsMax);
    const invitation: Invitation = {
      swarmId: this.#o.swarmId,
      coordinator: this.#o.agentId,
      addresses,
      invitationId: randomBytes(this.#o.entropy, INVITATION_ID_BYTES),
      secret: randomBytes(this.#o.entropy, SECRET_BYTES),
      anchor: this.#o.memberKeyId,
      publicKey: this.#o.identity.x25519PublicKey,
      ...this.#o.present(),
      role,
      expiresAt,
    };
    const text = encodeInvitation(invitation);
    this.#open.set(toHex(invitation.invitationId), invitation);
    return text;
  }

  /**
   * Answers a request to join. What was not sealed with an invitation's secret gets no answer.
   *
   * @returns why nobody was admitted, if so.
   */
  hear(from: PeerId, bytes: Uint8Array): string | undefined {
    const frame = readJoinFrame(bytes);
    if (frame.kind !== 'request') return 'ERR_SWARM_JOIN_UNEXPECTED';
    const key = toHex(sha256(bytes));
    const answered = this.#answers.get(key);
    if (answered && answered.until > this.#o.clock.monotonic()) {
      this.#o.send(from, answered.frame);
      return undefined;
    }
    const invitation = this.#open.get(toHex(frame.invitationId));
    const request = invitation && readRequest(openJoin(frame, invitation.secret));
    const shared = request && this.#sharedKey(request);
    if (!invitation || !request || !shared || !this.#isOwn(frame, request))
      return 'ERR_SWARM_INVITATION';
    const refusal = this.#refusal(invitation, request);
    const answer =
      refusal === undefined
        ? this.#seal(frame, 'welcome', invitation, this.#o.welcome(invitation.role), shared)
        : this.#seal(frame, 'refusal', invitation, { code: refusal }, shared);
    shared.fill(0);
    this.#remember(key, answer);
    if (refusal === undefined)
      this.#used.set(request.registration.record.agent_id, toHex(frame.invitationId));
    this.#o.send(from, answer);
    return refusal;
  }

  /** The member is expelled: the invitation that it still holds is worth nothing. */
  withdraw(agentId: string): void {
    const invitationId = this.#used.get(agentId);
    if (invitationId !== undefined) this.#forget(invitationId);
    this.#used.delete(agentId);
  }

  /** Nobody is admitted any more. */
  close(): void {
    for (const id of [...this.#open.keys()]) this.#forget(id);
  }

  #forget(invitationId: string): void {
    this.#open.get(invitationId)?.secret.fill(0);
    this.#open.delete(invitationId);
  }

  #refusal(invitation: Invitation, { registration, sent_at }: JoinRequest): string | undefined {
    const now = this.#o.clock.now();
    if (invitation.expiresAt <= now) return 'ERR_SWARM_INVITATION_EXPIRED';
    if (!(Math.abs(now - sent_at) <= REQUEST_AGE_MS_MAX)) return 'ERR_SWARM_JOIN_TIME';
    return this.#o.admit(registration, invitation.role);
  }

  #seal(
    { invitationId, nonce }: JoinFrame,
    kind: 'welcome' | 'refusal',
    { secret }: Invitation,
    body: object,
    shared: Uint8Array,
  ): Uint8Array {
    const { entropy } = this.#o;
    return sealJoin({ kind, invitationId, nonce }, body, { secret, shared, entropy });
  }

  /** Registrations are public: whoever shows one must hold its keys. */
  #isOwn(frame: JoinFrame, { registration, signature }: JoinRequest): boolean {
    try {
      const publicKey = fromBase64Url(registration.record.ed25519_public_key);
      const bytes = possessionBytes(this.#o.swarmId, frame);
      return ed25519.verify(fromBase64Url(signature), bytes, publicKey);
    } catch (error) {
      if (isEdgeError(error) || error instanceof RangeError || error instanceof TypeError)
        return false;
      throw error;
    }
  }

  /** With the key that the newcomer claims: who does not hold it cannot read the answer. */
  #sharedKey({ registration }: JoinRequest): Uint8Array | undefined {
    try {
      const publicKey = fromBase64Url(registration.record.x25519_public_key);
      return this.#o.identity.derivePairwiseKey(publicKey, this.#o.swarmId);
    } catch (error) {
      if (isEdgeError(error) || error instanceof RangeError || error instanceof TypeError)
        return undefined;
      throw error;
    }
  }

  #remember(request: string, frame: Uint8Array): void {
    const now = this.#o.clock.monotonic();
    for (const [key, { until }] of this.#answers) {
      if (until > now && this.#answers.size < ANSWERS_MAX) break;
      this.#answers.delete(key);
    }
    this.#answers.set(request, { frame, until: now + ANSWER_MS });
  }

  #forgetExpired(): void {
    const horizon = this.#o.clock.now() - EXPIRED_MS;
    for (const [id, { expiresAt }] of this.#open) if (expiresAt < horizon) this.#forget(id);
    for (const [agentId, id] of this.#used) if (!this.#open.has(id)) this.#used.delete(agentId);
  }
}

/** The form only; the registration is verified by the registry. */
function readRequest(body: unknown): JoinRequest | undefined {
  const { registration, sent_at, signature } = (body ?? {}) as Partial<JoinRequest>;
  if (typeof sent_at !== 'number' || typeof signature !== 'string') return undefined;
  const { record } = registration ?? {};
  if (typeof record?.x25519_public_key !== 'string') return undefined;
  if (typeof record.ed25519_public_key !== 'string') return undefined;
  return { registration: registration!, sent_at, signature };
}
