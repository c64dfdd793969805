import {
  LimitError,
  toHex,
  type Clock,
  type Entropy,
  type Json,
  type PeerId,
} from '@ruvector/core';
import type { IdentityManager, Registration } from '@ruvector/crypto';

import {
  encodeInvitation,
  INVITATION_ID_BYTES,
  SECRET_BYTES,
  type Invitation,
} from './invitation.js';
import { openJoin, readJoinFrame, sealJoin, type JoinFrame, type Welcome } from './join-wire.js';
import type { Role } from './role.js';

export interface AdmissionOptions {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly identity: IdentityManager;
  readonly swarmId: string;
  readonly agentId: string;
  readonly memberKeyId: Uint8Array;
  readonly invitationsMax: number;
  /** Registers the newcomer. @returns its X25519 key, or the code of the rule that it breaks. */
  readonly admit: (
    registration: unknown,
    role: Role,
  ) => { readonly publicKey: Uint8Array } | { readonly code: string };
  readonly welcome: (role: Role) => Welcome;
  /** Called once the answer is on its way. */
  readonly admitted: (registration: Registration) => void;
  readonly send: (to: PeerId, frame: Uint8Array) => void;
}

/** The coordinator's side of joining: hands out invitations and admits who holds one. */
export class Admission {
  readonly #o: AdmissionOptions;
  readonly #open = new Map<string, Invitation>();

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
      invitationId: this.#random(INVITATION_ID_BYTES),
      secret: this.#random(SECRET_BYTES),
      anchor: this.#o.memberKeyId,
      publicKey: this.#o.identity.x25519PublicKey,
      role,
      expiresAt,
    };
    const text = encodeInvitation(invitation);
    this.#open.set(toHex(invitation.invitationId), invitation);
    return text;
  }

  /** Answers a request to join. What was not sealed with an invitation's secret gets no answer. */
  hear(from: PeerId, bytes: Uint8Array): { readonly refused?: string } {
    const frame = readJoinFrame(bytes);
    if (frame.kind !== 'request') return { refused: 'ERR_SWARM_JOIN_UNEXPECTED' };
    const invitation = this.#open.get(toHex(frame.invitationId));
    if (!invitation) return { refused: 'ERR_SWARM_INVITATION' };
    const registration = openJoin(frame, invitation.secret);
    if (registration === undefined) return { refused: 'ERR_SWARM_INVITATION' };
    if (invitation.expiresAt <= this.#o.clock.now())
      return this.#refuse(from, frame, invitation, 'ERR_SWARM_INVITATION_EXPIRED');
    const verdict = this.#o.admit(registration, invitation.role);
    if ('code' in verdict) return this.#refuse(from, frame, invitation, verdict.code);
    this.#welcome(from, frame, invitation, verdict.publicKey);
    this.#o.admitted(registration as Registration);
    return {};
  }

  #welcome(from: PeerId, request: JoinFrame, invitation: Invitation, publicKey: Uint8Array): void {
    const shared = this.#o.identity.derivePairwiseKey(publicKey, this.#o.swarmId);
    const body = this.#o.welcome(invitation.role);
    const head = { ...request, kind: 'welcome' as const };
    this.#o.send(from, sealJoin(head, invitation.secret, body as unknown as Json, shared));
  }

  #refuse(from: PeerId, request: JoinFrame, { secret }: Invitation, code: string) {
    this.#o.send(from, sealJoin({ ...request, kind: 'refusal' }, secret, { code }));
    return { refused: code };
  }

  /** Expired ones are kept for an hour, so that their holders are told why. */
  #forgetExpired(): void {
    const horizon = this.#o.clock.now() - 3_600_000;
    for (const [id, { expiresAt }] of this.#open) if (expiresAt < horizon) this.#open.delete(id);
  }

  #random(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#o.entropy.fill(bytes);
    return bytes;
  }
}
