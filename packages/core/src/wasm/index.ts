export { canShareMemory, compileKernel, instantiateKernel } from './kernel.js';
export type { Kernel, KernelBuild, KernelBuilds, KernelOptions } from './kernel.js';
