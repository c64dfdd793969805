import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../../test/workspace.js';

const temporary = mkdtempSync(join(tmpdir(), 'ruvector-kernel-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Runs the tool over packages, each with these sources. */
function make(packages: Record<string, Record<string, string>>) {
  for (const [name, sources] of Object.entries(packages))
    for (const [file, text] of Object.entries(sources)) {
      const path = join(temporary, name, 'assembly', file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  const folders = Object.keys(packages).map((name) => join(temporary, name));
  const args = [join(ROOT, 'tools/wasm/main.mjs'), ...folders];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const generated = (name: string) =>
  readFileSync(join(temporary, name, 'src/generated/kernel.ts'), 'utf8');
const bytesOf = (name: string, build: 'BASE' | 'RELAXED') => {
  const [, text] = new RegExp(`const ${build}: string = '([^']+)'`).exec(generated(name))!;
  return Buffer.from(text!, 'base64');
};

const ADD = 'export function add(a: i32, b: i32): i32 { return a + b; }\n';
const RELAXED = `${ADD}
export function f(at: usize): void {
  const a = v128.load(at);
  if (ASC_FEATURE_RELAXED_SIMD) v128.store(at, i16x8.relaxed_dot_i8x16_i7x16_s(a, a));
}`;

describe('a kernel', () => {
  it('is made in two builds, one of which keeps to what every engine knows', () => {
    const { status, stdout, stderr } = make({ two: { 'index.ts': RELAXED } });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^two: base \d+ bytes \(\d+ gzip\), relaxed \d+ bytes \(\d+ gzip\)\n$/);
    expect(status).toBe(0);
    expect(generated('two').match(/^export .*?=/gm)).toEqual([
      'export const BASE: string =',
      'export const RELAXED: string =',
    ]);
    expect(readdirSync(join(temporary, 'two/src/generated'))).toEqual(['kernel.ts']);
    const dot = Buffer.from([0xfd, 0x92, 2]);
    expect(bytesOf('two', 'BASE').includes(dot)).toBe(false);
    expect(bytesOf('two', 'RELAXED').includes(dot)).toBe(true);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
    const module = new WebAssembly.Module(bytesOf('two', 'BASE'));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    expect((exports['add'] as (a: number, b: number) => number)(2, 3)).toBe(5);
  });

  it('is made again of other sources, and not of the same', () => {
    make({ one: { 'index.ts': ADD } });
    const before = generated('one');
    expect(make({ one: {} }).stdout).toBe('one: nothing has changed\n');
    expect(make({ one: { 'more.ts': ADD } }).stdout).toContain('one: base');
    expect(generated('one')).not.toBe(before);
  });

  it('that does not compile, or would not do for threads, is refused in words, and others are made', () => {
    const refused: Record<string, [source: string, why: string]> = {
      wrong: ['export function f(): i32 { return x; }', "TS2304: Cannot find name 'x'."],
      texts: ['export function f(): string { return "text"; }', 'each thread would write anew'],
      starts: ['memory.fill(0, 1, 8);', 'a statement outside functions would run in each thread'],
      takes: [
        'declare function g(): void; export function f(): void { g(); }',
        'index.g is taken from outside',
      ],
      throws: ['export function f(): void { throw new Error("text"); }', 'env.abort is taken'],
    };
    const sources = Object.entries(refused).map(([name, [text]]) => [name, { 'index.ts': text }]);
    const { status, stdout, stderr } = make({
      ...Object.fromEntries(sources),
      right: { 'index.ts': ADD },
    });
    for (const [name, [, why]] of Object.entries(refused)) {
      expect(stderr).toContain(why);
      expect(stderr).toContain(join(temporary, name, 'assembly/index.ts'));
      expect(() => generated(name)).toThrow('ENOENT');
    }
    expect(stdout).toMatch(/^right: base/);
    expect(status).toBe(1);
  });
});
