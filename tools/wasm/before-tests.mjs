// Vitest's global setup: tests read the sources, and those of a kernel have to be compiled first.
import { kernelFolders, makeKernel } from './kernel.mjs';

export default async function setup() {
  for (const folder of kernelFolders()) await makeKernel(folder);
}
