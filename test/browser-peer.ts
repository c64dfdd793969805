import type { TestProject } from 'vitest/node';
import { WsTransport } from '../packages/transport-ws/src/index.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a real Node peer with the id `echo`, which sends back each frame it gets. */
    echoUrl: string;
  }
}

/** Runs in Node, before the browser tests: the peer that they dial. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const echo = new WsTransport({ peerId: 'echo', listen: {} });
  echo.onFrame((from, frame) => void echo.send(from, frame));
  await echo.open();
  project.provide('echoUrl', echo.address!.url);
  return () => echo.close();
}
