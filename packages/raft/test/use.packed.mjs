import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryNetwork } from '@ruvector/core/memory';
import { RaftServer, WalStorage } from '@ruvector/raft';
import { committedIndex } from '@ruvector/raft/quorum';
import { checkLinearizability, registerModel } from '@ruvector/raft/testing';

assert.equal(
  committedIndex({ voters: ['a', 'b', 'c'] }, (id) => (id === 'a' ? 2 : 1)),
  1,
);
assert.equal(checkLinearizability(registerModel, []).result, 'ok');

/** Keeps the last command. */
const register = () => {
  let value = new Uint8Array();
  return {
    apply: ({ data }) => (value = data),
    snapshot: () => value,
    restore: (bytes) => void (value = bytes),
    value: () => value,
  };
};

const folder = await mkdtemp(join(tmpdir(), 'ruvector-packed-'));
try {
  const peers = ['a', 'b', 'c'];
  const start = async (bootstrap) => {
    const network = new MemoryNetwork();
    const members = await Promise.all(
      peers.map(async (id) => {
        const storage = await WalStorage.open(join(folder, id));
        const stateMachine = register();
        const transport = network.transport(id);
        const server = new RaftServer({ id, peers, bootstrap, transport, storage, stateMachine });
        await server.start();
        return { server, storage, stateMachine };
      }),
    );
    const stop = async () => {
      await Promise.all(members.map(({ server }) => server.stop()));
      await Promise.all(members.map(({ storage }) => storage.close()));
    };
    return { members, stop };
  };

  const first = await start(true);
  const { result } = await first.members[1].server.propose(Uint8Array.of(7));
  assert.deepEqual([...result], [7]);
  await first.stop();

  // started again, all of it is there
  const second = await start(false);
  await second.members[2].server.linearizableRead();
  assert.deepEqual([...second.members[2].stateMachine.value()], [7]);
  await second.stop();
} finally {
  await rm(folder, { recursive: true });
}
