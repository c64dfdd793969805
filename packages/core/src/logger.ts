/** Where a library says what it does. Never given secrets; must not throw. */
export interface Logger {
  debug(message: string, data?: object): void;
  info(message: string, data?: object): void;
  warn(message: string, data?: object): void;
  error(message: string, data?: object): void;
}

/**
 * Says nothing: the default of every library here.
 *
 * @example
 * silentLogger.info('nobody reads this');
 */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
