import { describe, expect, it } from 'vitest';
import { leakyComparisons } from './secret-comparisons.js';
import { applications, filesBelow, libraries, readText } from './workspace.js';

/** Known answers of keys that are thrown away; tools of tests. */
const ELSEWHERE = /self-test\.ts$|^packages\/core\/src\/testing\//;

const sources = [...libraries(), ...applications()]
  .flatMap(({ folder }) => filesBelow(`${folder}/src`, '.ts'))
  .filter((path) => !ELSEWHERE.test(path));

describe('no hex compare of secrets:', () => {
  it('sources compare them by constantTimeEqual, neither as texts nor up to a first difference', () => {
    expect(sources.length).toBeGreaterThan(100);
    const found = sources.map((path) => [path, leakyComparisons(readText(path))] as const);
    expect(found.filter(([, places]) => places.length > 0)).toEqual([]);
  });

  it.each([
    'if (toHex(secret) === known) f();',
    'if (known !== toHex(sharedSecret)) f();',
    'return equalBytes(derived.keyCommitment, parts.commitment);',
    'return equalBytes(\n  f(a),\n  keys.messageKey,\n);',
    'const same = toBase64Url(own.swarmKey) === other;',
    'const same = String(password) === other;',
  ])('%j is found', (source) => expect(leakyComparisons(source)).toHaveLength(1));

  it.each([
    'return constantTimeEqual(derived.keyCommitment, parts.commitment);',
    'if (toHex(member.memberKeyId) !== record.member_key_id) f();',
    'return equalBytes(hash, head.hash);',
    '// equalBytes(secret, other)\n',
    '/** toHex(secret) === other */',
    'log(toHex(secretCommitmentOf(x)).length);',
  ])('%j is fine', (source) => expect(leakyComparisons(source)).toEqual([]));
});
