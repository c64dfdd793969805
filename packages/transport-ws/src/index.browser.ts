export { WsDialError, WsLinkError, WsListenError } from './errors.js';
export { WsTransport } from './browser.js';
export type { WsTransportOptions } from './browser.js';
export type { WsLimits } from './options.js';
export type { WsAddress } from './platform.js';
export type { WsStats } from './transport.js';
