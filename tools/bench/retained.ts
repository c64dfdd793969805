declare const gc: () => void; // of --expose-gc, which every bench runs with

/** Bytes that `make` leaves reachable through what it returns: on the heap and in array buffers. */
export function retainedBytes(make: () => object): number {
  const before = used();
  const kept = make();
  const bytes = used() - before;
  return keep(kept) ? bytes : NaN;
}

function used(): number {
  gc();
  gc(); // the first may only finish a collection that was under way
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Looks at its argument after the measurement, so that it lives until then. */
const keep = (kept: object): boolean => typeof kept === 'object';
