import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { readText, ROOT } from './workspace.js';

/** A test that a document names: its file, relative to the root, and its titles from outside in. */
export interface NamedTest {
  readonly file: string;
  readonly titles: readonly string[];
}

const TITLES = String.raw`(?:\s*“[^”]+”)+`;
const NAMED = new RegExp(String.raw`\[[^\]]+\]\(([^)]+\.test\.ts)\)(${TITLES})`, 'g');

/**
 * Tests that a Markdown text names: a link to the file, then titles in quotes, “inner” or “outer ›
 * inner”.
 */
export function namedTests(path: string, markdown: string): NamedTest[] {
  return [...markdown.matchAll(NAMED)].flatMap(([, link, quoted]) =>
    [...quoted!.matchAll(/“([^”]+)”/g)].map((match) => ({
      file: posix.join(posix.dirname(path), link!),
      titles: match[1]!.split(' › '),
    })),
  );
}

/** Whether the file is there and has that title, below the titles that stand around it. */
export function isThere({ file, titles }: NamedTest): boolean {
  return existsSync(posix.join(ROOT, file)) && hasTitles(readText(file), titles);
}

/** Whether a source gives these titles to describe or it, one after the other. */
export function hasTitles(source: string, titles: readonly string[]): boolean {
  let from = 0;
  return titles.every((title) => {
    const places = ["'", '"', '`'].map((quote) => source.indexOf(quote + title + quote, from));
    const found = places.filter((at) => at >= 0 && isTitle(source.slice(0, at)));
    from = Math.min(...found) + 1;
    return found.length > 0;
  });
}

/** Whether what stands before a string makes it the title of a test: it, describe, or a table. */
const isTitle = (before: string) => /(?:\b(?:it|test|describe)|\))\(\s*$/.test(before);
