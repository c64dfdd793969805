export {
  compositeSignature,
  mlDsa65,
  mlKem768,
  postQuantumFallback,
  postQuantumProvider,
  xwing,
} from './primitives.js';
