import { parseArgs } from 'node:util';
import { profileOf, PROFILES, type Profile } from './profile.js';
import { runSeeds } from './run.js';
import { shrink } from './shrink.js';

const USAGE = 'pnpm sim [--seeds FIRST..LAST] [--profile NAME|all] [--stop-after N]';

/** `pnpm sim`. @returns the exit code: 1 if an invariant broke. */
export function main(args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '1..100' },
      profile: { type: 'string', default: 'all' },
      'stop-after': { type: 'string', default: '3' },
    },
  });
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(values.seeds) ?? [];
  if (first === undefined || last === undefined || Number(first) > Number(last))
    throw new RangeError(`--seeds must be FIRST..LAST, got ${values.seeds}; ${USAGE}`);
  const profiles = values.profile === 'all' ? PROFILES : [profileOf(values.profile)];
  let broken = 0;
  for (const profile of profiles)
    broken += report(profile, Number(first), Number(last), Number(values['stop-after']));
  return broken > 0 ? 1 : 0;
}

function report(profile: Profile, first: number, last: number, stopAfter: number): number {
  const before = process.cpuUsage();
  const { digest, simulatedSeconds, counts, violations } = runSeeds(
    profile,
    first,
    last,
    stopAfter,
  );
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  console.log(
    `${profile.name.padEnd(10)}  seeds ${first}..${last}  digest ${digest}  ` +
      `${violations.length} violations  ${counts.executed} writes  ${counts.reads} reads  ` +
      `${counts.leaders} leaders  ${counts.configurations} changes  ` +
      `${counts.installed} snapshots  ` +
      `${Math.round(simulatedSeconds)} simulated s in ${cpuSeconds.toFixed(1)} s of CPU: ` +
      `${Math.round(simulatedSeconds / cpuSeconds)} a second`,
  );
  for (const { seed, violation } of violations) {
    console.log(`\nseed ${seed} of ${profile.name} breaks ${violation!.message}`);
    const { faults, lines, runs, violation: last } = shrink(profile, seed, violation!);
    console.log(`${faults.length} faults are enough, found in ${runs} runs: ${last.message}`);
    for (const fault of faults) console.log(`  ${JSON.stringify(fault)}`);
    for (const line of lines) console.log(`    ${line}`);
  }
  return violations.length;
}
