/** What a sealed message is, on the wire one byte. Unknown types are refused. */
export const MessageType = {
  /** Its sender has keys of the present epoch; or it has not heard of a member for long. */
  hello: 1,
  /** To the member that makes commits: how far the asker is, and what it needs. */
  epochAsk: 2,
  heartbeat: 3,
  /** A coordinator has admitted a member. */
  memberJoined: 4,
  /** A coordinator has lost a member. */
  memberDead: 5,
  leave: 6,
  /** The asker's list of members differs from the coordinator's. */
  rosterRequest: 7,
  /** A part of the coordinator's list. */
  roster: 8,
  /** The commits that a member has missed, and the secret of the newest, sealed for it. */
  epochNews: 9,
  /** Who makes commits, as the sender has it: itself, or another one. */
  epochClaim: 11,
  /** A coordinator has expelled a member: its signed word. */
  memberExpelled: 10,
  publish: 16,
  request: 17,
  reply: 18,
  replyError: 19,
  taskAssign: 32,
  taskRefuse: 33,
  taskProgress: 34,
  taskResult: 35,
  taskCancel: 36,
  /** The executor begins: its lease runs from now on. */
  taskStarted: 37,
  /**
   * Does the executor still have it? It answers with its state, or refuses what it does not know.
   */
  taskAsk: 38,
  /** The executor has it and will begin when a slot is free. */
  taskQueued: 39,
  patternsRequest: 48,
  patterns: 49,
} as const;

export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** Said before the other end is known to hold the swarm key: a greeting, and what shows the key. */
export const BEFORE_ADMISSION: ReadonlySet<number> = /* @__PURE__ */ new Set([
  MessageType.hello,
  MessageType.epochAsk,
  MessageType.epochClaim,
  MessageType.epochNews,
]);
