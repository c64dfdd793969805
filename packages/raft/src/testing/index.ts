export type { Operation, SequentialModel } from './history.js';
export { checkLinearizability } from './linearizability.js';
export type { LinearizabilityOptions, LinearizabilityResult } from './linearizability.js';
export { keyValueModel, registerModel } from './register-models.js';
export type {
  KeyValueInput,
  RegisterInput,
  RegisterOutput,
  RegisterValue,
} from './register-models.js';
