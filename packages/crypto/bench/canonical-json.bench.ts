import { strictEqual } from 'node:assert';
import { canonicalize, IdentityManager, parseCanonical } from '@ruvector/crypto';
import { bench } from '../../../tools/bench/bench.js';
import { peer } from '../../../tools/bench/peer.js';
import { random, randomText, randomWord } from '../../../tools/bench/seeded-data.js';

const first = await peer<{ default: (value: unknown) => string }>('canonicalize');
const second = await peer<{ canonicalize: (value: unknown) => string }>('json-canonicalize');

const PEERS = ['canonicalize', 'json-canonicalize'];

await bench({ words: 400, numbers: 400 }, async ({ parameters, compare }) => {
  const identity = IdentityManager.create({ agentId: 'worker-1', swarmId: 'swarm-1' });
  const vocabulary = Array.from({ length: 200 }, randomWord);
  const task = {
    description: randomText(vocabulary, 12),
    input: { text: randomText(vocabulary, 60), limit: 10, strict: true, tags: ['a', 'b', null] },
    type: 'summarise',
  };
  const values = {
    'a registration': identity.createRegistration('worker-1', ['embed', 'search']),
    'a task': task,
    'an object of words': Object.fromEntries(
      Array.from({ length: parameters.words }, () => [randomWord(), randomWord()]),
    ),
    'an array of numbers': Array.from({ length: parameters.numbers }, () => random.next()),
    'Cyrillic and emoji': Array.from({ length: 50 }, (_, i) => `агент ${i} 🦆 готов`),
  };
  for (const [title, value] of Object.entries(values)) {
    const text = canonicalize(value as Parameters<typeof canonicalize>[0]);
    if (first) strictEqual(first.default(value), text);
    if (second) strictEqual(second.canonicalize(value), text);
    await compare(
      `${title}, ${text.length} characters`,
      {
        here: () => canonicalize(value as Parameters<typeof canonicalize>[0]),
        canonicalize: first && (() => first.default(value)),
        'json-canonicalize': second && (() => second.canonicalize(value)),
      },
      { goals: PEERS.map((against) => ({ ratio: '>= 1.3', against })) },
    );
    await compare(`read back: ${title}`, {
      parseCanonical: () => parseCanonical(text),
      'JSON.parse, which is not strict': () => JSON.parse(text) as unknown,
    });
  }
});
