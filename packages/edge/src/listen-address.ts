/** Where a transport listens. Port 0 lets the machine choose a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads what `createSwarm` takes as `listen`: `ws://host:port` and nothing more. The port has to be
 * said, since the default of the scheme (80) is never what a swarm wants.
 *
 * @throws TypeError for anything but a string; RangeError for a string of another form.
 */
export function parseListenAddress(listen: unknown): ListenAddress {
  if (typeof listen !== 'string')
    throw new TypeError(`listen must be a string such as ws://127.0.0.1:0, got ${typeof listen}`);
  const match = /^ws:\/\/(\[[0-9a-f:.]+\]|[a-z0-9.-]+):(\d{1,5})\/?$/i.exec(listen);
  const host = match?.[1]?.replace(/^\[|\]$/g, '');
  const port = Number(match?.[2]);
  if (host === undefined || port > 65_535)
    throw new RangeError(
      `listen must have the form ws://host:port, port 0 to 65535 (for TLS make the transport ` +
        `yourself), got ${JSON.stringify(listen.slice(0, 80))}`,
    );
  return { host, port };
}
