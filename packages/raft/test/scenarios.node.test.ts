import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Scenario } from './fixtures/scenario.js';

const FOLDER = fileURLToPath(new URL('scenarios', import.meta.url));

// A line that begins with "> " is a command, one with "# " a remark, and the others are what the
// command led to. UPDATE_SCENARIOS=1 writes them anew: the difference is what is to be reviewed.
it.each(readdirSync(FOLDER))('%s is what happens', (name) => {
  const path = join(FOLDER, name);
  const text = readFileSync(path, 'utf8');
  const scenario = new Scenario();
  const told = text
    .split('\n')
    .filter((line) => /^(> |# |$)/.test(line))
    .flatMap((line) => (line.startsWith('> ') ? [line, ...scenario.run(line.slice(2))] : [line]))
    .join('\n');
  if (process.env['UPDATE_SCENARIOS']) writeFileSync(path, told);
  expect(told).toBe(text);
});
