/** A number and what it counts: 1 document, 2 documents. */
export const counted = (count: number, noun: string): string =>
  `${count} ${count === 1 ? noun : `${noun}s`}`;

/** Bytes are many: 1 byte, 1 234 567 bytes. */
export const countedBytes = (bytes: number): string =>
  `${grouped(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;

/** 1234567 → 1 234 567, the same in every locale. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
