import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { readText, ROOT } from './workspace.js';

/** The links of a Markdown text into this repository that lead nowhere, as they are written. */
export function deadLinks(path: string, markdown: string): string[] {
  return linksOf(markdown).filter((link) => {
    const [file, anchor] = link.split('#') as [string, string?];
    const target = file === '' ? path : posix.join(posix.dirname(path), file);
    if (file !== '' && !existsSync(posix.join(ROOT, target))) return true;
    const text = file === '' ? markdown : target.endsWith('.md') ? readText(target) : undefined;
    return anchor !== undefined && text !== undefined && !anchorsOf(text).includes(anchor);
  });
}

/** Targets of inline links, images and references, but for those with a scheme. */
const linksOf = (markdown: string): string[] =>
  [...prose(markdown).matchAll(/\]\(([^)\s]+)|^ {0,3}\[[^\]]+\]:\s*(\S+)|href="([^"]+)"/gm)]
    .map((match) => (match[1] ?? match[2] ?? match[3])!)
    .filter((link) => !/^[a-z][a-z+.-]*:/i.test(link));

/** The anchors that GitHub gives to headings: the second of one name gets `-1`. */
function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...outsideFences(markdown).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map((match) => {
    const words = match[1]!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

const outsideFences = (markdown: string) =>
  markdown.replace(/^( *)```.*\n[\s\S]*?^\1```$/gm, (fence) => fence.replace(/[^\n]/g, ''));

/** A Markdown text without its code. */
export const prose = (markdown: string): string =>
  outsideFences(markdown).replace(/`[^`\n]*`/g, '');
