import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MemberProcess } from './member-process.js';
import { Relay } from './relay.js';

/** Three members; the one that is named first dials. */
export async function makeMembers(folder: string): Promise<MemberProcess[]> {
  const script = fileURLToPath(new URL('member.js', import.meta.url));
  const [ab, ac, bc] = [await Relay.open(), await Relay.open(), await Relay.open()];
  const plan = (id: string) => ({ id, script, folder: join(folder, id) });
  return [
    new MemberProcess({
      ...plan('a'),
      entrances: [],
      others: [
        ['b', ab],
        ['c', ac],
      ],
    }),
    new MemberProcess({ ...plan('b'), entrances: [ab], others: [['a'], ['c', bc]] }),
    new MemberProcess({ ...plan('c'), entrances: [ac, bc], others: [['a'], ['b']] }),
  ];
}
