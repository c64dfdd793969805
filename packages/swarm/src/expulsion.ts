import type { Clock } from '@ruvector/core';
import { signRemoval, type IdentityManager } from '@ruvector/crypto';

import type { EpochSync } from './epoch-sync.js';
import type { Membership } from './membership.js';
import { encodeJson } from './message.js';
import { MessageType } from './message-type.js';
import type { Peer } from './peer.js';
import type { SealedMessage } from './sealed-message.js';
import { within } from './within.js';

export interface ExpulsionOptions {
  readonly agentId: string;
  readonly isCoordinator: boolean;
  readonly identity: IdentityManager;
  readonly clock: Clock;
  readonly membership: Membership;
  readonly sync: EpochSync;
  /** Says it to all members, the expelled one too. */
  readonly announce: (message: SealedMessage) => void;
  readonly onExpelled: (agentId: string) => void;
}

/** How long the next epoch may take to begin. */
const EXPEL_TIMEOUT_MS = 10_000;

/** Removes members for good: by a coordinator's signed word, and an epoch without them. */
export class Expulsion {
  readonly #o: ExpulsionOptions;

  constructor(options: ExpulsionOptions) {
    this.#o = options;
  }

  /**
   * Resolves when this member seals in an epoch whose keys the expelled one does not get.
   *
   * @throws TypeError unless this member is a coordinator, RangeError for who is no member
   * @throws TimeoutError if no such epoch begins within 10 s: who makes commits may be away
   */
  async expel(agentId: string): Promise<void> {
    const { isCoordinator, membership, identity, clock, sync } = this.#o;
    if (!isCoordinator) throw new TypeError('only a coordinator expels');
    const peer = membership.peers.get(agentId);
    if (!peer) throw new RangeError(`agentId must be another member, got ${agentId}`);
    const { registration, memberKeyId } = peer.member;
    const removal = signRemoval({ registration, reason: 'revoked', clock }, identity);
    this.#o.announce({ type: MessageType.memberExpelled, body: encodeJson(removal) });
    this.hear(removal);
    sync.commitNow();
    const limit = { what: `an epoch without ${agentId}`, ms: EXPEL_TIMEOUT_MS, clock };
    await within(
      sync.when(() => !sync.epochs.has(memberKeyId)),
      limit,
    );
  }

  /**
   * A coordinator's word, perhaps heard before. What does not verify changes nothing.
   *
   * @param by - another coordinator, which passes it on.
   */
  hear(removal: unknown, by?: Peer): void {
    const expelled = this.#o.membership.expel(removal, by);
    if ('code' in expelled || !expelled.isNew) return;
    this.#o.onExpelled(expelled.agentId);
    this.#o.sync.seek();
  }
}
