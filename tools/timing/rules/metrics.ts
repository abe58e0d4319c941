/** Capacity against the metrics that ask for it: a figure of the last minute is known a minute later. */
import type { Signal } from '../../../shared/domain/index.ts';
import { periodOf } from '../../../shared/domain/index.ts';
import type { Finding } from '../finding.ts';
import { finding, span, spoken } from '../finding.ts';
import type { FleetClocks, TimingModel } from '../model.ts';

/** A minute's metrics are complete a minute later. */
export const PUBLICATION_LAG = 60;

export function metrics({ fleets }: TimingModel): readonly Finding[] {
  return fleets.flatMap((fleet) => [...warmUp(fleet), ...cooldown(fleet)]);
}

/**
 * Seconds between two datapoints. EC2's come each five minutes without detailed monitoring; where that cannot be told
 * the shorter time is taken, so that no finding rests on a guess.
 */
function datapointsOf(signal: Signal, { group }: FleetClocks): number {
  return signal.metric === 'cpu' && group?.isDetailed === false ? 300 : periodOf(signal);
}

function slowestSignal(clocks: FleetClocks): { readonly name: string; readonly period: number } {
  return clocks.fleet.scaling.signals
    .map((signal) => ({ name: signal.name, period: datapointsOf(signal, clocks) }))
    .reduce((slowest, signal) => (signal.period > slowest.period ? signal : slowest), {
      name: '',
      period: 0,
    });
}

function warmUp(clocks: FleetClocks): Finding[] {
  const { fleet, group } = clocks;
  const own = fleet.scaling.warmUp;
  const given = own ?? group?.warmUp;
  const { name, period } = slowestSignal(clocks);
  const need = period + PUBLICATION_LAG;
  const key = `fleets.${fleet.name}.scaling.warm-up`;
  if (given === 'unset') {
    const message = `neither fleet ${fleet.name} nor its group says how long a new instance warms`;
    return [
      finding('WARM_UP_UNSET', group?.id ?? key, message, `set DefaultInstanceWarmup to ${need} or more`),
    ];
  }
  if (given === undefined || period === 0 || given >= need) return [];
  return [
    finding(
      'WARM_UP_SHORT',
      own === undefined ? (group?.id ?? key) : key,
      `a warm-up of ${spoken(given)}, while signal ${name} speaks of a new instance after ${spoken(need)} ` +
        `(a datapoint each ${period} s, known ${PUBLICATION_LAG} s later)`,
      `set ${own === undefined ? 'DefaultInstanceWarmup' : key} to ${need} or more` +
        (period > 60 ? ', or turn detailed monitoring on' : ''),
      { warmUp: given, period, lag: PUBLICATION_LAG },
    ),
  ];
}

function cooldown(clocks: FleetClocks): Finding[] {
  const { name, scaling } = clocks.fleet;
  const { name: signal, period } = slowestSignal(clocks);
  return (['out', 'in'] as const)
    .filter((way) => scaling.cooldown[way] < period)
    .map((way) =>
      finding(
        'COOLDOWN_SHORT',
        `fleets.${name}.scaling.cooldown.${way}`,
        `${spoken(scaling.cooldown[way])} between two changes, and a datapoint of signal ${signal} each ${period} s`,
        `set it to ${span(period)} or more`,
        { cooldown: scaling.cooldown[way], period },
      ),
    );
}
