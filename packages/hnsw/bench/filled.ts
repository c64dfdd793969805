import { existsSync, renameSync } from 'node:fs';
import { cachePath } from '../../../tools/bench/cached.js';
import { peerVersion, type PeerName } from '../../../tools/bench/peer.js';
import type { Contender, MakeContender } from './contenders/contender.js';
import { hnswlib } from './contenders/hnswlib.js';
import { ours, type Ours } from './contenders/ours.js';
import { usearch } from './contenders/usearch.js';
import type { DataSet } from './data-sets.js';

const SLICE = 5_000;

/** What a graph is built with. */
export interface GraphParameters {
  readonly M: number;
  readonly efConstruction: number;
}

export const shapeOf = ({ rows, dimensions }: DataSet, { M, efConstruction }: GraphParameters) => ({
  dimensions,
  capacity: rows.length / dimensions,
  M,
  efConstruction,
});

/** Puts all rows of a data set in; an id is the number of its row. */
export async function fill(contender: Contender, { rows, dimensions }: DataSet): Promise<void> {
  for (let at = 0; at * dimensions < rows.length; at += SLICE) {
    const slice = rows.subarray(at * dimensions, (at + SLICE) * dimensions);
    await contender.insertion(at, slice)();
  }
}

/** This package's index with all rows. */
export async function filledOurs(data: DataSet, graph: GraphParameters): Promise<Ours> {
  const contender = ours(shapeOf(data, graph));
  await fill(contender, data);
  return contender;
}

/** The natives, for a bench that installs them; a quick run does without. */
export const natives = async (quick: boolean) =>
  quick
    ? { 'hnswlib-node': undefined, usearch: undefined }
    : { 'hnswlib-node': await hnswlib(), usearch: await usearch() };

export type NativeName = keyof Awaited<ReturnType<typeof natives>>;

/** An index of others with all rows: filled now, or read as an earlier run has filled it. */
export async function filledPeer(
  name: PeerName,
  make: MakeContender,
  data: DataSet,
  graph: GraphParameters,
): Promise<Contender> {
  const contender = make(shapeOf(data, graph));
  const { M, efConstruction } = graph;
  const path = cachePath(`${name}-${peerVersion(name)}-${data.key}-${M}-${efConstruction}.index`);
  if (contender.file && existsSync(path)) contender.file.load(path);
  else {
    await fill(contender, data);
    contender.file?.save(`${path}.new`);
    if (contender.file) renameSync(`${path}.new`, path);
    contender.file?.load(path); // so that the first run measures what later ones do
  }
  return contender;
}
