/** Where a library says what it does. Never given secrets; must not throw. */
export interface Logger {
  /** What helps while looking for a fault, and would be too much otherwise. */
  debug(message: string, data?: object): void;
  /** Something ordinary that an operator may want to know. */
  info(message: string, data?: object): void;
  /** Something is wrong, and was made good. */
  warn(message: string, data?: object): void;
  /** Something went wrong that nobody else is told of. */
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
