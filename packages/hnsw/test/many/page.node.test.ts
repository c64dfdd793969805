import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COUNT, QUERIES, DIMENSIONS } from './data.js';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const STRICT = {
  'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
};
const PAGES: Readonly<Record<string, Record<string, string>>> = {
  '/plain': {},
  '/isolated': ISOLATED,
  '/strict': { ...ISOLATED, ...STRICT },
};

describe.skipIf(!existsSync(executablePath))('in a page whose script was bundled', () => {
  let server: Server;
  let browser: Browser;
  let script: string;

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, 'page.ts')],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      conditions: ['@ruvector/source'],
      logLevel: 'silent',
    });
    script = outputFiles[0]!.text;
    server = createServer(({ url = '' }, response) => {
      const isScript = url === '/page.js';
      const type = isScript ? 'text/javascript' : 'text/html';
      response.writeHead(200, { 'Content-Type': type, ...PAGES[url] });
      response.end(isScript ? script : '<script type="module" src="/page.js"></script>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
    browser = await chromium.launch({ executablePath, args });
  });

  afterAll(async () => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  });

  async function resultOf(path: string): Promise<object> {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    const result = await page.evaluate(() => (globalThis as { result?: object }).result!);
    await page.close();
    return result;
  }

  const all = { size: COUNT, lost: [], answers: QUERIES.length / DIMENSIONS };

  it('workers share the memory where it is isolated', async () => {
    const result = { ...all, sharedMemory: true, singleThreaded: undefined };
    expect(await resultOf('/isolated')).toEqual(result);
  });

  it('one thread does it where memory cannot be shared, and says so', async () => {
    const singleThreaded = expect.stringContaining('not cross-origin isolated');
    expect(await resultOf('/plain')).toEqual({ ...all, sharedMemory: false, singleThreaded });
  });

  it('one thread does it where workers may not be made of text, and says so', async () => {
    const singleThreaded = expect.stringContaining('a worker failed');
    expect(await resultOf('/strict')).toEqual({ ...all, sharedMemory: true, singleThreaded });
  });
});
