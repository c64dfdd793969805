export { enter } from './scratch';
export { admit, admittedNorm, place } from './place';
export { link } from './link';
export { remove } from './remove';
export { connectAll } from './reach';
export { scan, search } from './search';
export { decode, encodeAll, recode } from './encode';
export { checksum, makeChecksumTables } from './checksum';
export { verify } from './verify';
