export { transportCompliance } from './transport-compliance.js';
export type { ComplianceOptions, TestRunner, TransportSupports } from './transport-compliance.js';
export type { TransportPair } from './link.js';
export { ManualClock } from './manual-clock.js';
export { SimulatedNetwork } from './simulated-network.js';
export type { SimulatedEvent, SimulatedNetworkOptions } from './simulated-network.js';
