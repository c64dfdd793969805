export {
  compositeSignature,
  mlDsa65,
  mlKem768,
  postQuantumFallback,
  postQuantumProvider,
  xwing,
} from './primitives.js';
export { HybridKeyPair } from './hybrid-key-pair.js';
export { HybridPublicKey, HybridSignature } from './hybrid-bytes.js';
