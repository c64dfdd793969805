import { describe, expect, it } from 'vitest';
import { deadLinks } from './links.js';
import { documents, readText } from './workspace.js';

it.each(documents())('%s links to files and headings that are there', (path) => {
  expect(deadLinks(path, readText(path))).toEqual([]);
});

describe('a link', () => {
  const dead = (markdown: string) => deadLinks('docs/here.md', markdown);

  it.each(['[x](gone.md)', '![x](../gone.png)', '[x](errors.md#gone)', '[x](#gone)', '[x]: gone'])(
    'that leads nowhere is found (%s)',
    (markdown) => expect(dead(`# Here\n\n${markdown}\n`)).toHaveLength(1),
  );

  it.each([
    '[x](errors.md)',
    '[x](../README.md)',
    '[x](decisions)',
    '[x](#here--there-1)',
    '[x](https://example.org/gone)',
    '`[x](gone.md)`',
    '```md\n[x](gone.md)\n```',
  ])('that leads somewhere, or is none, is fine (%s)', (markdown) =>
    expect(dead(`# Here & there\n## \`Here\` & there\n\n${markdown}\n`)).toEqual([]),
  );
});
