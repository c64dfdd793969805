import fc from 'fast-check';

/** The seed of all generated cases; fast-check prints it when one fails. */
export const SEED = Number(process.env['FC_SEED'] ?? 1);

fc.configureGlobal({ seed: SEED });

export const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
export const blob = (maxLength: number) => fc.uint8Array({ maxLength });
