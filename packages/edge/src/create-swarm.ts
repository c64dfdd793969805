import { checkId, type PeerId } from '@ruvector/core';
import { JoinError, P2PSwarm, parseInvitation, type SwarmOptions } from '@ruvector/swarm';
import { WsTransport } from '@ruvector/transport-ws';
import { parseListenAddress } from './listen-address.js';

/** What `createSwarm` takes: who and where the agent is, and all options of `P2PSwarm`. */
export interface CreateSwarmOptions extends SwarmOptions {
  /** 1–128 of `[A-Za-z0-9._:-]`, no other member's. */
  readonly agentId: string;
  /** What this agent can do, one phrase an entry. @default [] */
  readonly capabilities?: readonly string[];
  /**
   * The 32 secret bytes that members hold who register each other by hand.
   * @default new ones, or none with `join`
   */
  readonly swarmKey?: Uint8Array;
  /** `ws://host:port` where others may reach this agent, port 0 for any free one. Node only. */
  readonly listen?: string;
  /** Gives up connecting; nothing stays open then. */
  readonly signal?: AbortSignal;
}

/**
 * Makes an agent that is connected when the promise resolves: it has begun a swarm of its own, or
 * joined the one that invited it.
 *
 * `listen` and `join` make a WebSocket transport: one accepts connections, the other dials the
 * agent that wrote the invitation; an agent may do both. With `transport` neither is dialled for
 * you. Without all three the swarm lives in memory, alone. In a browser an agent can join and not
 * listen.
 *
 * @param options - see {@link CreateSwarmOptions}; an unknown one is refused, so that a slip of the
 *   pen does not pass for a default.
 * @throws TypeError or RangeError (as a rejection) if an option breaks its rule; `JoinError`
 *   (`ERR_SWARM_JOIN`) if the swarm cannot be reached or does not admit us; what the transport
 *   throws, such as `ERR_WS_LISTEN` for a port in use; the signal's reason if it aborts. In each
 *   case everything is closed, also a transport that was passed in.
 * @example
 * const listen = 'ws://127.0.0.1:0';
 * const chief = await createSwarm({ agentId: 'chief', role: 'coordinator', listen });
 * const smith = await createSwarm({ agentId: 'smith', join: await chief.invite() });
 * smith.swarmId === chief.swarmId; // => true
 * await smith.leave();
 * await chief.close();
 */
export async function createSwarm(options: CreateSwarmOptions): Promise<P2PSwarm> {
  checkOptions(options);
  const { agentId, capabilities = [], swarmKey, listen: _, signal, ...rest } = options;
  const swarm = new P2PSwarm(agentId, swarmKey, capabilities, {
    ...rest,
    ...(rest.transport === undefined ? openToOthers(options) : {}),
  });
  await swarm.connect(signal === undefined ? {} : { signal }); // closes itself if that fails
  return swarm;
}

/**
 * The transport that `listen` and `join` ask for, and the addresses that invitations then carry.
 */
function openToOthers(options: CreateSwarmOptions): Pick<SwarmOptions, 'transport' | 'addresses'> {
  const { agentId, listen, join, clock, random, logger } = options;
  if (listen === undefined && join === undefined) return {};
  const transport = new WsTransport({
    peerId: agentId,
    ...(listen === undefined ? {} : { listen: parseListenAddress(listen) }),
    ...(join === undefined ? {} : { peers: inviter(join) }),
    ...(clock && { clock }),
    ...(random && { entropy: random }),
    ...(logger && { logger }),
  });
  const ours = () => (transport.address === undefined ? [] : [transport.address.url]);
  return { transport, addresses: options.addresses ?? ours };
}

/** Whom to dial: the agent that wrote the invitation, at the first address it gave. */
function inviter(invitation: string): Record<PeerId, string> {
  const { coordinator, addresses } = parseInvitation(invitation);
  const [address] = addresses;
  if (address === undefined)
    throw new JoinError('the invitation has no address; pass a transport that reaches its author', {
      details: { coordinator },
    });
  return { [coordinator]: address };
}

/**
 * What `P2PSwarm` would not see; it checks the rest, and refuses an option that it does not know.
 */
function checkOptions(options: CreateSwarmOptions): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`options must be an object with an agentId, got ${String(options)}`);
  checkId('agentId', options.agentId);
  if (options.listen !== undefined && options.transport !== undefined)
    throw new TypeError('listen and transport exclude each other: listen makes the transport');
}
