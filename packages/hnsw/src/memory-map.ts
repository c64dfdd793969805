/**
 * Where things stand in the memory of a shard; read by the TypeScript and by the AssemblyScript,
 * so that only what both languages understand may be in here. The first 256 bytes are a header of
 * 32-bit fields; behind it come the sections, whose addresses are in the header.
 */

// What an index is.
export const DIMENSIONS = 0;
/** Bytes from one row of 32-bit floats to the next: values, then zeros up to a multiple of 16. */
export const ROW_BYTES = 4;
/** Bytes from one row of codes to the next: codes, zeros, the squared norm (u32) at the end. */
export const CODE_BYTES = 8;
/** Bytes of a row of codes that are read: a multiple of 16, at most 12 above the codes. */
export const CODE_SPAN = 12;
/** Codes in a row: the dimensions, and under `dot` one more. */
export const CODES = 16;
export const M = 20;
/** Links a node may have on level 0. */
export const M0 = 24;
export const EF_CONSTRUCTION = 28;
export const METRIC = 32;
/** What a search walks on: `EXACT`, `ON_CODES` or `ON_BITS`. */
export const TRAVERSAL = 36;
/** Bytes from one row of bits to the next: bits, then the two factors of the estimator (f32). */
export const BIT_BYTES = 40;
/** Bytes of a row that are bits, one for each padded dimension: a multiple of 16. */
export const BIT_SPAN = 44;

// How full it is.
/** Slots that are or were in use; all above are free. */
export const COUNT = 48;
/** The entry point's slot, or `NOBODY`; with `TOP` behind it, so that both change at once. */
export const ENTRY = 56;
export const TOP = 60;
export const CAPACITY = 64;
/** Bytes of the arena of upper links that are taken. */
export const UPPER_USED = 68;

// Where its sections begin.
export const ROWS = 72;
/** f32 a slot: the inverse norm under `cosine`, the added coordinate under `dot`. */
export const AUX = 76;
export const CODE_ROWS = 80;
export const BIT_ROWS = 84;
export const LINKS = 88;
/** u32 a slot: where its upper links begin in the arena, plus one; 0 for none. */
export const UPPER_OF = 92;
export const UPPER = 96;
/** A bit a slot. */
export const DEAD = 100;
export const LOCKS = 108;
/** f32 a code: what was subtracted before a value became a code. */
export const MEANS = 112;
/** Codes a unit, and its inverse; both f32. */
export const SCALE = 116;
export const STEP = 120;
/**
 * Of each padded dimension in each round of the rotation before bits, one byte: the highest bit
 * changes the sign.
 */
export const SIGNS = 124;

// What a thread needs for itself: its own part of `SCRATCH`, and where things stand in it.
export const SCRATCH = 128;
export const SCRATCH_BYTES = 132;
export const VISITED = 136;
export const INPUT = 140;
export const QUERY = 144;
export const OTHER = 148;
export const POOL = 152;
export const SECOND = 156;
export const NEIGHBOURS = 160;
export const CHOSEN = 164;
export const DEFERRED = 168;
export const DECODED = 172;
export const FOUND = 176;
export const PARTNERS = 180;
/** u32: the slot that the thread links, plus one; 0 for none. */
export const TAKEN = 204;
/** A bit a slot: those that pass the filter of the search. */
export const PASSING = 104;

// What threads that build together share.
export const NEXT = 184;
export const END = 188;
export const STOP = 192;

/** f32: under `dot`, no vector is longer; the added coordinate makes all as long as this. */
export const RADIUS = 196;
/** Values that became the lowest or the highest code since the codes were trained. */
export const CLIPPED = 200;

export const HEADER_BYTES = 256;

// Values of fields.
export const NOBODY = 0xffffffff;
export const L2 = 0;
export const COSINE = 1;
export const DOT = 2;
export const EXACT = 0;
export const ON_CODES = 1;
export const ON_BITS = 2;

/** Locks are shared by the slots whose number has the same low bits. */
export const LOCK_COUNT = 4096;

/** Of the rotation before bits; the fourth spreads what stood in either end over all. */
export const ROUNDS = 4;

/** The largest code; with 7 bits the products of two neighbours fit into 16. */
export const CODE_MAX = 127;
