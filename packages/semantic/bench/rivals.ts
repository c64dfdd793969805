import { SemanticTaskMatcher } from '@ruvector/semantic';
import { peer, peerFile } from '../../../tools/bench/peer.js';

/** Whatever finds the agent whose description fits a task; it names it, or nobody. */
type Match = (task: string) => string | undefined;
export type MakeMatch = (agents: ReadonlyMap<string, string>) => Match;

interface MiniSearchModule {
  readonly default: new (options: { fields: string[] }) => {
    addAll(documents: readonly { id: string; text: string }[]): void;
    search(query: string): { id: string }[];
  };
}

interface OriginalModule {
  initSync(options: { module: Uint8Array }): unknown;
  readonly WasmSemanticMatcher: new () => {
    registerAgent(agentId: string, capabilities: string): void;
    matchAgent(task: string): { agentId: string } | null;
  };
}

const here: MakeMatch = (agents) => {
  const matcher = new SemanticTaskMatcher();
  for (const [agentId, text] of agents) matcher.registerAgent(agentId, text);
  return (task) => matcher.matchAgent(task)?.agentId;
};

async function minisearch(): Promise<MakeMatch | undefined> {
  const module = await peer<MiniSearchModule>('minisearch');
  return (
    module &&
    ((agents) => {
      const index = new module.default({ fields: ['text'] });
      index.addAll([...agents].map(([id, text]) => ({ id, text })));
      return (task) => index.search(task)[0]?.id;
    })
  );
}

async function original(): Promise<MakeMatch | undefined> {
  const module = await peer<OriginalModule>('original');
  module?.initSync({ module: peerFile('original', 'ruvector_edge_bg.wasm') });
  return (
    module &&
    ((agents) => {
      const matcher = new module.WasmSemanticMatcher();
      for (const [agentId, text] of agents) matcher.registerAgent(agentId, text);
      return (task) => matcher.matchAgent(task)?.agentId;
    })
  );
}

/** This package first; a peer that cannot be had is `undefined`. */
export const rivals = async (): Promise<Record<string, MakeMatch | undefined>> => ({
  here,
  minisearch: await minisearch(),
  original: await original(),
});
