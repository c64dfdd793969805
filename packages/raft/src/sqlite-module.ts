/** What is used of `node:sqlite`, which the oldest Node that is supported does not have. */
export interface SqliteModule {
  readonly DatabaseSync: new (path: string) => Database;
}

/** An open database, whose calls return when they are done. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** An SQL statement that was compiled. */
export interface Statement {
  run(...values: (string | number | Uint8Array)[]): unknown;
  get(): Row | undefined;
  all(): Row[];
}

type Row = Readonly<Record<string, unknown>>;

/** The module, `undefined` where there is none; asked for only when it is needed. */
export const sqliteModule = (): SqliteModule | undefined =>
  process.getBuiltinModule('node:sqlite') as SqliteModule | undefined;
