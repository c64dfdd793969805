/** What `pnpm bench` tells the process of one bench. */
export interface RunContext {
  /** Such as `crypto/canonical-json`. */
  readonly name: string;
  /** Fewer and shorter rounds: enough to see that a bench runs, not to quote from. */
  readonly quick: boolean;
  /** Parameters given on the command line, which win over those of the bench. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The folder in which peers are installed, one folder each. */
  readonly peersFolder: string;
  /** For what takes long to make and comes out the same every time. */
  readonly cacheFolder: string;
  readonly resultFile: string;
}

const VARIABLE = 'RUVECTOR_BENCH';

export const toEnvironment = (context: RunContext): Record<string, string> => ({
  [VARIABLE]: JSON.stringify(context),
});

export function runContext(): RunContext {
  const text = process.env[VARIABLE];
  if (text === undefined) throw new Error('a bench is started by: pnpm bench NAME');
  return JSON.parse(text) as RunContext;
}
