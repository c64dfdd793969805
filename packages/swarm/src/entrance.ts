import { isEdgeError, type PeerId } from '@ruvector/core';
import type { Registration } from '@ruvector/crypto';

import { Admission } from './admission.js';
import { Joining } from './joining.js';
import type { Links } from './links.js';
import type { Mesh } from './mesh.js';
import type { CheckedOptions } from './options.js';
import type { Role } from './role.js';

const INVITATION_MS = 3_600_000;

/**
 * The way into the swarm, from outside (an invitation) and from inside (admitting who holds one).
 */
export class Entrance {
  readonly #o: CheckedOptions;
  readonly #links: Links;
  readonly #mesh: Mesh;
  #joining: Joining | undefined;
  #admission: Admission | undefined;

  constructor(options: CheckedOptions, links: Links, mesh: Mesh) {
    this.#o = options;
    this.#links = links;
    this.#mesh = mesh;
  }

  /** Asks for admission until it is answered. */
  join(signal: AbortSignal): Promise<Registration> {
    this.#joining = new Joining({
      ...this.#o,
      invitation: this.#o.invitation!,
      send: (to, frame) => this.#links.send(to, frame),
    });
    return this.#joining.run(signal);
  }

  /** From now on this member, a coordinator, admits others. */
  admit(): void {
    const { registration: coordinator } = this.#o;
    this.#admission = new Admission({
      ...this.#o,
      memberKeyId: this.#mesh.selfKeyId,
      invitationsMax: this.#o.limits.invitationsMax,
      admit: (registration, role) => this.#mesh.admit(registration, role),
      present: () => this.#mesh.present,
      welcome: (role) => ({ role, coordinator }),
      send: (to, frame) => void this.#links.send(to, frame),
    });
  }

  invite(role: Role, expiresAt?: number): string {
    if (!this.#admission) throw new TypeError('only a coordinator invites');
    const now = Math.ceil(this.#o.clock.now());
    const expiry = expiresAt ?? now + INVITATION_MS;
    if (expiry <= now)
      throw new RangeError(`expiresAt must be in the future, got ${expiry} at ${now}`);
    return this.#admission.invite(role, expiry, this.#o.addresses());
  }

  /** The member is expelled, and so is whoever comes with the same invitation. */
  withdraw(agentId: string): void {
    this.#admission?.withdraw(agentId);
  }

  close(): void {
    this.#admission?.close();
  }

  /** @returns why the frame was thrown away, if it was. */
  hear(from: PeerId, frame: Uint8Array): string | undefined {
    if (!this.#admission && !this.#joining) return 'ERR_SWARM_JOIN_UNEXPECTED';
    try {
      return this.#admission ? this.#admission.hear(from, frame) : this.#joining?.hear(frame);
    } catch (error) {
      if (isEdgeError(error)) return error.code;
      throw error;
    }
  }
}
