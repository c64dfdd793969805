import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** A folder for one test file, removed after it. */
export function scratchFolder(): {
  readonly root: string;
  /** Makes a folder with these files in it, and returns its path. */
  fill(name: string, files: Readonly<Record<string, string | Uint8Array>>): string;
} {
  const root = mkdtempSync(path.join(tmpdir(), 'edge-demo-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const fill = (name: string, files: Readonly<Record<string, string | Uint8Array>>) => {
    const folder = path.join(root, name);
    mkdirSync(folder, { recursive: true });
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), content);
    }
    return folder;
  };
  return { root, fill };
}
