export { transportCompliance } from './transport-compliance.js';
export type { ComplianceOptions, TransportSupports } from './transport-compliance.js';
export { cryptoProviderCompliance } from './crypto-provider-compliance.js';
export type {
  CryptoProviderComplianceOptions,
  CryptoProviderSupports,
} from './crypto-provider-compliance.js';
export { storageCompliance } from './storage-compliance.js';
export type { StorageSupports } from './storage-compliance.js';
export type { StorageFixture } from './storage/open-storage.js';
export { vectorIndexCompliance } from './vector-index-compliance.js';
export type {
  VectorIndexComplianceOptions,
  VectorIndexSupports,
} from './vector-index-compliance.js';
export type { VectorIndexMaker } from './vector-index/bench.js';
export type { TestRunner } from './case.js';
export { failedCases } from './failed-cases.js';
export type { FailedCase } from './failed-cases.js';
export type { TransportPair } from './transport/link.js';
export { ManualClock } from './manual-clock.js';
export { SimulatedNetwork } from './simulated-network.js';
export type { SimulatedEvent, SimulatedNetworkOptions } from './simulated-network.js';
