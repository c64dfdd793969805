export { WsDialError, WsLinkError, WsListenError } from './errors.js';
export { WsTransport } from './node.js';
export type { WsDialOptions, WsTransportOptions } from './node.js';
export type { WsListenOptions } from './listener.js';
export type { WsLimits } from './options.js';
export type { WsAddress } from './platform.js';
export type { WsStats } from './transport.js';
