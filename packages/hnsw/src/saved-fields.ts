/** What is in the header of the memory. */
export interface SavedFields {
  readonly drawn: number;
  readonly upperUsed: number;
  readonly entry: number;
  readonly top: number;
  readonly traversal: number;
  readonly radius: number;
  readonly scale: number;
  readonly clipped: number;
  readonly rows: boolean;
}
