const IMPORT_SECTION = 2;
const [FUNCTION, TABLE, MEMORY, GLOBAL] = [0, 1, 2, 3];

/**
 * Where in a module the flags of the memory stand that it imports. A byte that looks like them may
 * stand anywhere, and so the sections before are walked through.
 *
 * @throws TypeError if it imports none.
 * @see WebAssembly Core Specification, §5.5.5, and §5.3.8 for the limits
 */
export function memoryFlagsAt(module: Uint8Array): number {
  let at = 8; // behind magic and version
  const u32 = () => {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = module[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    return value >>> 0;
  };
  const skip = (bytes: number) => void (at += bytes);

  while (at < module.length && u32() !== IMPORT_SECTION) skip(u32());
  u32(); // the section's size
  for (let left = u32(); left > 0 && at < module.length; left--) {
    skip(u32()); // the names of a module
    skip(u32()); // and of what is taken from it
    const kind = u32();
    if (kind === MEMORY) return at;
    if (kind === FUNCTION) u32();
    if (kind === GLOBAL) skip(2);
    if (kind === TABLE) {
      skip(1);
      const hasMaximum = u32() & 1;
      u32();
      if (hasMaximum) u32();
    }
  }
  throw new TypeError('a kernel must be a WebAssembly module that imports its memory');
}
