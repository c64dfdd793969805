import { cpus } from 'node:os';
import { describeVerdict, type Verdict } from './goal.js';
import type { BenchResult, Comparison } from './result.js';

/** The machine, without anything that changes from day to day. */
const machine = (): string =>
  `Node ${process.versions.node}, ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores`;

const COMPARISONS = [
  '| case | contender | median, µs | p95 | ratio | goal |',
  '|---|---|---:|---:|---:|---|',
];
const FIGURES = ['| case | figure | goal |', '|---|---:|---|'];

/**
 * The tables of a bench. Every table has a header that begins with a cell `case`, by which a test
 * knows a table of figures that was typed.
 */
export function toMarkdown(result: BenchResult): string {
  const blocks: string[] = [];
  if (result.comparisons.length > 0)
    blocks.push([...COMPARISONS, ...result.comparisons.flatMap(rowsOf)].join('\n'));
  if (result.figures.length > 0) {
    const rows = result.figures.map(({ title, value, digits, detail, verdicts }) =>
      row(title, [value.toFixed(digits), detail].filter(Boolean).join(' '), goalCell(verdicts)),
    );
    blocks.push([...FIGURES, ...rows].join('\n'));
  }
  if (result.leftOut.length > 0) blocks.push(`Left out: ${result.leftOut.join(', ')}.`);
  return blocks.join('\n\n');
}

/** What figures mean, where they come from, and the command that makes them again. */
export function provenance(result: BenchResult, command: string): string {
  const parameters = Object.entries(result.parameters).map(([name, value]) => `${name} ${value}`);
  const time = 'CPU time of the process; ratio: how many times as fast the first contender is';
  const meaning = result.comparisons.length > 0 ? [time] : [];
  return [...meaning, ...parameters, machine(), `\`${command}\``].join('; ');
}

const rowsOf = ({ title, contenders }: Comparison): string[] =>
  contenders.map(({ contender, median, p95, ratio, verdicts }, n) =>
    row(
      n === 0 ? title : '',
      contender,
      readable(median),
      readable(p95),
      ratio === undefined ? '' : ratio.toFixed(2),
      goalCell(verdicts),
    ),
  );

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
const goalCell = (verdicts: readonly Verdict[]): string => verdicts.map(describeVerdict).join(', ');

/** Three digits that count, or all before the point. */
const readable = (micros: number): string =>
  micros >= 100 ? micros.toFixed(0) : micros.toPrecision(3);
