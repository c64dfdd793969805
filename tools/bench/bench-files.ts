import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface BenchFile {
  readonly name: string;
  /** Of its package. */
  readonly folder: string;
  readonly source: string;
}

/** All benches: `packages/crypto/bench/canonical-json.bench.ts` is `crypto/canonical-json`. */
export const benchFiles = (root: string): BenchFile[] =>
  readdirSync(join(root, 'packages')).flatMap((name) => {
    const folder = join(root, 'packages', name);
    if (!readdirSync(folder).includes('bench')) return [];
    return readdirSync(join(folder, 'bench'))
      .filter((file) => file.endsWith('.bench.ts'))
      .map((file) => ({
        name: `${name}/${file.replace('.bench.ts', '')}`,
        folder,
        source: join(folder, 'bench', file),
      }));
  });

export const benchNames = (root: string): string[] => benchFiles(root).map(({ name }) => name);
