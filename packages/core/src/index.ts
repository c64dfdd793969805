export { EdgeError, fromWire, isEdgeError, toWire } from './edge-error.js';
export type { WireError } from './edge-error.js';
export {
  ClosedError,
  FrameTooLargeError,
  LimitError,
  MalformedError,
  TimeoutError,
} from './errors.js';
export {
  checkBoolean,
  checkBytes,
  checkId,
  checkInteger,
  checkNumber,
  checkObject,
  checkSignal,
  checkString,
  checkText,
  checkVector,
  isId,
} from './argument.js';
export {
  concatBytes,
  equalBytes,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64Url,
  toHex,
  utf8,
} from './bytes.js';
export { ByteReader } from './byte-reader.js';
export { ByteWriter } from './byte-writer.js';
export { systemClock } from './clock.js';
export type { Clock } from './clock.js';
export { randomBytes, seededRandom, systemEntropy } from './random.js';
export type { Entropy, Random } from './random.js';
export { silentLogger } from './logger.js';
export type { Logger } from './logger.js';
export type { Json } from './json.js';
export type { Metric, SearchHit, SearchOptions, VectorId, VectorIndex } from './vector-index.js';
export type { Storage, StorageOperation } from './storage.js';
export type {
  FrameHandler,
  PeerId,
  Transport,
  TransportCaps,
  TransportState,
  TransportStats,
  Unsubscribe,
} from './transport.js';
export type {
  Aes256Gcm,
  CompositeSignature,
  CryptoProvider,
  Ed25519,
  Encapsulation,
  KeyEncapsulation,
  KeyPair,
  MlDsa65,
  PostQuantumCryptoProvider,
  PostQuantumPrimitives,
  SignatureContext,
  X25519,
} from './crypto-provider.js';
export type { Embedder } from './embedder.js';
export type { Codec } from './codec.js';
