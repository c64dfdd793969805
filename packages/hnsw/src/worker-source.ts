/**
 * What a worker runs, as text, so that it needs no file of its own: where such a file is, is
 * different for each bundler. It does one job after the other, each on the memory that comes with
 * it; results are plain arrays, since the memory may be changed once the job is done.
 *
 * The numbers that it is given are fields of the memory map, so that there is one place for them.
 */
export const WORKER_SOURCE = `
const node = globalThis.process?.getBuiltinModule?.('worker_threads');
const port = node ? node.parentPort : self;
const instances = new Map();

function enter({ key, module, memory, thread }) {
  let run = instances.get(key);
  if (run === undefined) {
    run = new WebAssembly.Instance(module, { env: { memory } }).exports;
    instances.set(key, run);
  }
  run.enter(thread);
  return run;
}

const jobs = {
  ready() {},
  link(job) {
    const { id, batch } = job;
    const run = enter(job);
    for (let linked; (linked = run.linkSome(batch)) > 0; ) port.postMessage({ id, linked });
  },
  search(job) {
    const { memory, thread, at, queries, dimensions, k, ef, filtered, nobody } = job;
    const run = enter(job);
    const u32 = new Uint32Array(memory.buffer);
    const f32 = new Float32Array(memory.buffer);
    const f64 = new Float64Array(memory.buffer);
    const scratch = (field) =>
      u32[at.scratch >>> 2] + thread * u32[at.scratchBytes >>> 2] + u32[field >>> 2];
    const [input, found] = [scratch(at.input), scratch(at.found)];
    const count = queries.length / dimensions;
    const counts = new Uint32Array(count);
    const passed = new Uint32Array(count);
    const slots = new Uint32Array(count * k);
    const distances = new Float64Array(count * k);
    for (let i = 0; i < count; i++) {
      f32.set(queries.subarray(i * dimensions, (i + 1) * dimensions), input >>> 2);
      run.admit();
      const n = run.search(k, ef, filtered, nobody);
      counts[i] = n;
      passed[i] = run.passed();
      distances.set(f64.subarray(found >>> 3, (found >>> 3) + n), i * k);
      const first = (found >>> 2) + 2 * n;
      slots.set(u32.subarray(first, first + n), i * k);
    }
    return { counts, passed, slots, distances };
  },
};

port.onmessage = ({ data: job }) => {
  const { id } = job;
  try {
    port.postMessage({ id, result: jobs[job.kind](job) ?? null });
  } catch (error) {
    port.postMessage({ id, error: String(error) });
  }
};
`;
