export { transportCompliance } from './transport-compliance.js';
export type { ComplianceOptions, TestRunner, TransportSupports } from './transport-compliance.js';
export type { TransportPair } from './link.js';
