import type { PeerId } from '@ruvector/core';
import { Claims } from './claims.js';
import { greet } from './greeting.js';
import type { Link } from './link.js';
import type { Settings } from './options.js';
import { Predecessors } from './predecessors.js';
import { CloseCode, cut, DEAF, type Socket, type SocketEnd } from './socket.js';
import type { Hello } from './wire.js';

export interface ReceptionOwner {
  readonly settings: Settings;
  /** The links to those who dialed us. */
  readonly accepted: ReadonlyMap<PeerId, Link>;
  /**
   * The socket is the owner's from now on; a link of this peer id goes on with it or is replaced.
   */
  admit(socket: Socket, hello: Hello): void;
  refuse(socket: Socket, closeCode: number, reason: string): void;
}

const TAKEN = 'the peer id is in use';

/**
 * Where those who dial us wait until they have said HELLO, and, if another connection has their
 * peer id, until it is known which of the two has it. A link that lives is not replaced by another
 * instance.
 */
export class Reception {
  readonly #owner: ReceptionOwner;
  /** Ways to give up on connections that belong to no link: no HELLO yet, or a peer id in use. */
  readonly #strangers = new Set<() => void>();
  readonly #claims: Claims;
  readonly #predecessors: Predecessors;

  constructor(owner: ReceptionOwner) {
    this.#owner = owner;
    const { clock, claimTimeoutMs, resumeMs, connectionsMax } = owner.settings;
    this.#claims = new Claims(clock, claimTimeoutMs);
    this.#predecessors = new Predecessors(clock, resumeMs, connectionsMax);
  }

  /** Whether one more connection may come in; a dialer that may still come back makes room. */
  admits(): boolean {
    const { accepted, settings } = this.#owner;
    if (accepted.size + this.#strangers.size < settings.connectionsMax) return true;
    for (const link of accepted.values()) {
      if (link.up) continue;
      void link.end(CloseCode.overloaded, 'no room to wait for it');
      return true;
    }
    return false;
  }

  accept(socket: Socket): void {
    const { clock, helloTimeoutMs, logger } = this.#owner.settings;
    const done = () => this.#strangers.delete(giveUp);
    const greeting = {
      greeted: (hello: Hello) => {
        done();
        this.#greeted(socket, hello);
      },
      failed: ({ closeCode, reason }: SocketEnd) => {
        done();
        logger.debug('a connection never became a link', { closeCode, reason });
      },
    };
    const giveUp = greet(socket, greeting, clock, helloTimeoutMs);
    this.#strangers.add(giveUp);
  }

  /**
   * It is known by now whether the link lives: whoever claims its peer id need not wait any longer.
   */
  settle(link: Link, alive: boolean): void {
    this.#claims.settle(link, alive);
  }

  /** Gives up on all who wait. */
  close(): void {
    for (const giveUp of this.#strangers) giveUp();
    this.#strangers.clear();
  }

  #greeted(socket: Socket, hello: Hello): void {
    const { accepted, settings } = this.#owner;
    const { peerId, instance } = hello;
    const known = accepted.get(peerId);
    if (peerId === settings.peerId)
      this.#owner.refuse(socket, CloseCode.wrongPeer, 'this peer id is taken by the listener');
    else if (known === undefined || known.instance === instance) this.#owner.admit(socket, hello);
    else if (this.#predecessors.take(peerId, instance)) this.#owner.admit(socket, hello);
    else if (this.#claims.has(known)) this.#owner.refuse(socket, CloseCode.taken, TAKEN);
    else if (known.up) this.#contest(known, socket, hello);
    else this.#succeed(known, socket, hello);
  }

  /** Lets a newcomer wait until it is known whether the link whose peer id it says is alive. */
  #contest(known: Link, socket: Socket, hello: Hello): void {
    const withdraw = this.#claims.wait(known, (alive) => {
      this.#strangers.delete(giveUp);
      if (alive) this.#owner.refuse(socket, CloseCode.taken, TAKEN);
      else this.#succeed(known, socket, hello);
    });
    const leave = () => {
      this.#strangers.delete(giveUp);
      withdraw();
    };
    const giveUp = () => {
      withdraw();
      cut(socket);
    };
    this.#strangers.add(giveUp);
    socket.on = {
      ...DEAF,
      message: () => {
        leave();
        this.#owner.refuse(socket, CloseCode.malformed, 'spoke before it was greeted');
      },
      ended: leave,
    };
  }

  #succeed(known: Link, socket: Socket, hello: Hello): void {
    this.#predecessors.add(known.peerId, known.instance);
    this.#owner.admit(socket, hello);
  }
}
