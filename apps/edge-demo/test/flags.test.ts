import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEdgeError } from '@ruvector/edge/core';
import { FAULTS, HELP, parseFlags, QUERIES_MAX } from '../src/flags.js';

const refusal = (...args: string[]): string => {
  try {
    parseFlags(args);
  } catch (error) {
    if (isEdgeError(error, 'ERR_DEMO_USAGE')) return error.message;
    throw error;
  }
  throw new Error(`${args.join(' ')} was taken`);
};

describe('parseFlags', () => {
  it('without flags means three workers, any port, all faults and three queries', () => {
    const flags = parseFlags([]);
    expect(flags).toMatchObject({ help: false, json: false, seed: 1, workers: 3, port: 0 });
    expect(flags.corpus).toBeUndefined();
    expect([...flags.faults]).toEqual([...FAULTS]);
    expect(flags.queries).toHaveLength(3);
  });

  it('reads --flag value and --flag=value alike', () => {
    const spaced = ['--workers', '5', '--port', '8080', '--seed', '7', '--corpus', 'a b/ü'];
    const joined = ['--workers=5', '--port=8080', '--seed=7', '--corpus=a b/ü'];
    expect(parseFlags(spaced)).toEqual(parseFlags(joined));
    expect(parseFlags(joined)).toMatchObject({ workers: 5, port: 8080, seed: 7, corpus: 'a b/ü' });
  });

  it('keeps every --query in order, also one that looks like a flag', () => {
    const { queries } = parseFlags(['--query', 'first', '--query=--second', '--query', 'third']);
    expect(queries).toEqual(['first', '--second', 'third']);
  });

  it('reads --fault as none or a list', () => {
    expect(parseFlags(['--fault', 'none']).faults.size).toBe(0);
    expect([...parseFlags(['--fault=replay,forge']).faults]).toEqual(['replay', 'forge']);
    expect([...parseFlags(['--fault', 'kill-worker, forge']).faults]).toEqual([
      'kill-worker',
      'forge',
    ]);
  });

  it('takes the ends of every range', () => {
    for (const workers of [1, 64])
      expect(parseFlags([`--workers=${workers}`]).workers).toBe(workers);
    for (const port of [0, 65_535]) expect(parseFlags([`--port=${port}`]).port).toBe(port);
    for (const seed of [0, Number.MAX_SAFE_INTEGER])
      expect(parseFlags([`--seed=${seed}`]).seed).toBe(seed);
  });

  it.each([
    ['--workers', '0'],
    ['--workers', '65'],
    ['--workers', '-1'],
    ['--workers', '1.5'],
    ['--workers', '3x'],
    ['--workers', ''],
    ['--workers', '1e1'],
    ['--workers', ' 3'],
    ['--port', '65536'],
    ['--port', 'http'],
    ['--seed', '9007199254740992'],
    ['--seed', 'NaN'],
    ['--fault', 'kill'],
    ['--fault', ''],
    ['--fault', 'none,forge'],
    ['--fault', 'forge,'],
    ['--corpus', ''],
    ['--query', ''],
    ['--query', '   ?!'],
  ])('refuses %s %j by name and value in one line', (flag, value) => {
    const message = refusal(`${flag}=${value}`);
    expect(message).toContain(flag);
    expect(message).toContain(JSON.stringify(value).slice(1, -1));
    expect(message).not.toContain('\n');
  });

  it.each(['--workers', '--port', '--seed'])('refuses %s -1 by its range', (flag) => {
    const message = refusal(flag, '-1');
    expect(message).toMatch(new RegExp(`^${flag} must be an integer from [01] to \\d+, got "-1"$`));
    expect(message).toBe(refusal(`${flag}=-1`));
  });

  it('takes a question that begins with a minus and a number', () => {
    expect(parseFlags(['--query', '-40 degrees', '--json']).queries).toEqual(['-40 degrees']);
  });

  it.each([
    [['-1']],
    [['--json', '-1']],
    [['--seed', '-1', '-1']],
    [['--nonsense']],
    [['stray']],
    [['--json=yes']],
    [['--workers']],
    [['--workers', '--json']],
    [['--workers', '1', '--workers', '2']],
    [['--\u001b[2J']],
    [Array.from({ length: QUERIES_MAX + 1 }, () => '--query=x')],
  ])('refuses %j in one printable line', (args) => {
    expect(refusal(...args)).toMatch(/^[^\p{Cc}]+$/u);
  });

  it('answers any command line with flags or a DemoUsageError', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('--workers', '--json', '--seed=', '--fault', '--query', '--', '-h', '='),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (args) => {
        expect(() => {
          try {
            parseFlags(args);
          } catch (error) {
            if (!isEdgeError(error, 'ERR_DEMO_USAGE')) throw error;
          }
        }).not.toThrow();
      }),
    );
  });
});

describe('HELP', () => {
  it('names every flag and every fault', () => {
    for (const name of ['corpus', 'query', 'workers', 'port', 'seed', 'fault', 'json', 'help'])
      expect(HELP).toContain(`--${name}`);
    for (const fault of FAULTS) expect(HELP).toContain(fault);
  });
});
