/** The part of the memory that a thread has for itself. */
import * as at from '../src/memory-map';

let mine: usize = 0;
let me: u32 = 0;
/** The mark of the nodes that the present walk has seen. */
let epoch: u32 = 0;

/** Before anything else, and after a change of the layout. @param thread - counts from 0. */
export function enter(thread: u32): void {
  me = thread;
  mine = load<u32>(at.SCRATCH) + thread * load<u32>(at.SCRATCH_BYTES);
  memory.fill(visited(), 0, load<u32>(at.CAPACITY) << 1);
  epoch = 0;
}

/** What a lock says that this thread holds: its number, plus one. */
@inline
export function owner(): u32 {
  return me + 1;
}

/** Where this thread's part of one kind begins: the argument is a field of the header. */
@inline
export function scratch(field: usize): usize {
  return mine + load<u32>(field);
}

/** u16 a slot: the epoch in which it was seen. */
@inline
export function visited(): usize {
  return scratch(at.VISITED);
}

/** Begins a walk that has seen nobody. Marks have 16 bits, so every 65,535 walks all are wiped. */
export function forgetVisited(): u32 {
  if (++epoch > 0xffff) {
    memory.fill(visited(), 0, load<u32>(at.CAPACITY) << 1);
    epoch = 1;
  }
  return epoch;
}

@inline
export function markSeen(slot: u32): void {
  store<u16>(visited() + (slot << 1), epoch);
}

@inline
export function currentEpoch(): u32 {
  return epoch;
}
