import { describe, expect, it } from 'vitest';
import { filesBelow, libraries, readText } from './workspace.js';

const CONSTANT = /\bconst ([A-Z0-9_]+_MAX)\b/g;
const OPTION = /^\s+(?:readonly )?(\w+Max|max[A-Z]\w*)\??: number( \| undefined)?;/gm;

const namesIn = (text: string) =>
  [CONSTANT, OPTION].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!));

/** The part of docs/limits.md on one package. */
const section = (name: string) =>
  readText('docs/limits.md')
    .split(/^## /m)
    .find((part) => part.startsWith(`\`${name}\``)) ?? '';

describe('docs/limits.md', () => {
  it.each(libraries())('has every bound of $folder', ({ folder, manifest }) => {
    const names = new Set(filesBelow(`${folder}/src`, '.ts').flatMap((p) => namesIn(readText(p))));
    const documented = section(manifest.name);
    expect([...names].filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(libraries())('has no bound that $folder does not have', ({ folder, manifest }) => {
    const sources = filesBelow(`${folder}/src`, '.ts').map(readText).join('\n');
    const named = [...section(manifest.name).matchAll(/^\| `([^`]+)` \|/gm)].map((row) => row[1]!);
    const missing = named.filter(
      (name) => !new RegExp(`\\b${name.split('.').at(-1)}\\b`).test(sources),
    );
    expect(missing).toEqual([]);
  });
});
