/**
 * The keys of IndexedDB, which are in the order of their code units, that begin with `prefix`; all
 * if it is empty.
 */
export function prefixRange(prefix: string): IDBKeyRange | undefined {
  if (prefix === '') return undefined;
  const end = afterAll(prefix);
  return end === '' ? IDBKeyRange.lowerBound(prefix) : IDBKeyRange.bound(prefix, end, false, true);
}

/** The least text above all that begin with `prefix`, '' if there is none. */
function afterAll(prefix: string): string {
  const kept = prefix.replace(/\uffff+$/, '');
  const last = kept.length - 1;
  return last < 0 ? '' : kept.slice(0, last) + String.fromCharCode(kept.charCodeAt(last) + 1);
}
