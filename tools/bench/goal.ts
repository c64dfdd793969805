/** A bound as a bench states it, such as `'>= 0.95'` or `'<= 100'`. */
export type Bound = `${'>=' | '<='} ${number}`;

/** What became of a goal. */
export interface Verdict {
  readonly bound: Bound;
  /** Stands behind the bound: `×`, ` µs`, `/s` or nothing. */
  readonly unit: string;
  readonly met: boolean;
}

/** @throws RangeError if `bound` is not `>=` or `<=` and a number. */
export function judge(bound: Bound, value: number, unit = ''): Verdict {
  const [, sign, limit] = /^(>=|<=) (-?[\d.]+)$/.exec(bound) ?? [];
  if (limit === undefined || !Number.isFinite(Number(limit)))
    throw new RangeError(`a goal is '>= NUMBER' or '<= NUMBER', got ${JSON.stringify(bound)}`);
  return { bound, unit, met: sign === '>=' ? value >= Number(limit) : value <= Number(limit) };
}

/** In words for a table: `≥ 1.3×: met` or `≥ 10,000/s: **short of it**`. */
export function describeVerdict({ bound, unit, met }: Verdict): string {
  const limit = Number(bound.slice(3)).toLocaleString('en-US', { maximumFractionDigits: 3 });
  return `${bound.startsWith('>=') ? '≥' : '≤'} ${limit}${unit}: ${met ? 'met' : '**short of it**'}`;
}
