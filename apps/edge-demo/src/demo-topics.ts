/** What the processes of the demo say to each other besides tasks. */
export const DemoTopic = {
  /** Asked by a worker: the model's bytes. */
  model: 'demo.model',
  /** Asked by a worker that is ready for tasks. */
  ready: 'demo.ready',
  /** Published by a worker after each document: `{ done }`, which only grows. */
  progress: 'demo.progress',
  /** Published by the coordinator: what an expelled worker must not read. */
  secret: 'demo.secret',
  /** Asked of one worker: it turns against the swarm, and says how many secrets it has read. */
  turn: (agentId: string) => `demo.turn.${agentId}`,
  /** Asked of one worker at the end: `WorkerReport`. */
  report: (agentId: string) => `demo.report.${agentId}`,
} as const;

/** What a worker says at the end. */
export interface WorkerReport {
  readonly documents: number;
  readonly patternsMerged: number;
  readonly rawBytes: number;
  readonly sentBytes: number;
}

/** @throws TypeError if a number is missing. */
export function readWorkerReport(json: unknown): WorkerReport {
  const report = (json ?? {}) as Partial<Record<keyof WorkerReport, unknown>>;
  const count = (name: keyof WorkerReport): number => {
    const value = report[name];
    if (!Number.isSafeInteger(value)) throw new TypeError(`${name} must be an integer`);
    return value as number;
  };
  return {
    documents: count('documents'),
    patternsMerged: count('patternsMerged'),
    rawBytes: count('rawBytes'),
    sentBytes: count('sentBytes'),
  };
}
