import { cdp } from 'vitest/browser';

const { origin } = location;

/** What Chromium's own tools can do, which a page cannot. */
const send = (method: string, parameters: object): Promise<unknown> =>
  (cdp() as { send(method: string, parameters: object): Promise<unknown> }).send(
    method,
    parameters,
  );

/** Sets the quota of this origin, in bytes; to that of the browser if it is `undefined`. */
export async function limitQuota(quotaSize: number | undefined): Promise<void> {
  const limit = quotaSize === undefined ? {} : { quotaSize };
  await send('Storage.overrideQuotaForOrigin', { origin, ...limit });
}

/** Removes all databases of this origin, as a user does who clears what the site keeps. */
export async function clearIndexedDb(): Promise<void> {
  await send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
}
