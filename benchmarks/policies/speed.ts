/** What Evenkeel's policy costs: time for a decision and for a year, and memory that it keeps. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { generatedLoad } from '../../tools/backtest/loads/index.ts';
import { familyOf } from '../../tools/backtest/policies/index.ts';
import type { Pilot, Policy } from '../../tools/backtest/policy.ts';
import { simulate } from '../../tools/backtest/simulate.ts';
import { settingOf, USUAL } from './cases.ts';

export interface SpeedFigures {
  readonly microsecondsPerDecision: number;
  readonly secondsPerYear: number;
  /** What the policy still holds after a month, and after a year: bytes. */
  readonly heapAfterMonth: number;
  readonly heapAfterYear: number;
}

const LOAD = 'weekly';

export function measureSpeed(): SpeedFigures {
  const month = keptAfter(30);
  const year = keptAfter(365);
  return {
    microsecondsPerDecision: year.decisionMicroseconds,
    secondsPerYear: year.seconds,
    heapAfterMonth: month.bytes,
    heapAfterYear: year.bytes,
  };
}

function keptAfter(days: number) {
  const trace = generatedLoad(LOAD, 1, days);
  const setting = settingOf(trace, USUAL);
  const before = heapUsed();
  const held = holding(familyOf('evenkeel').at());
  const seconds = processorSeconds(() => simulate(trace, held.policy, setting));
  const bytes = heapUsed() - before;
  // Without this the pilot could have been collected before it was weighed.
  if (held.pilot() === undefined) throw new Error('nothing has decided');
  const idle: Policy = { name: 'idle', start: () => ({ decide: ({ desired }) => desired }) };
  const simulation = processorSeconds(() => simulate(trace, idle, setting));
  return { seconds, bytes, decisionMicroseconds: (1e6 * (seconds - simulation)) / trace.load.length };
}

/** Of the processor, whatever else runs on the machine; the compiler's and the collector's threads count too. */
function processorSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The policy, with a hold on its pilot. */
function holding(policy: Policy): { policy: Policy; pilot: () => Pilot | undefined } {
  let pilot: Pilot | undefined;
  return {
    policy: { ...policy, start: (setting, trace) => (pilot = policy.start(setting, trace)) },
    pilot: () => pilot,
  };
}

/** After all that can be collected has been. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}
