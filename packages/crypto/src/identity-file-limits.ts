/**
 * What scrypt (RFC 7914) costs unless told: N = 2^17 with blocks of 1 KiB, so 128 MiB and a second
 * or two.
 */
export const KDF_COST_LOG2 = 17;
/** The same at least, 32 MiB: less would make it cheap to try passwords. */
export const KDF_COST_LOG2_MIN = 15;
/** And at most, 256 MiB: a file that somebody made must not take the memory of who opens it. */
export const KDF_COST_LOG2_MAX = 18;
/** Bytes of one exported identity; a longer one is refused unread. */
export const IDENTITY_FILE_BYTES_MAX = 2048;
