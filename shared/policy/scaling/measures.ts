import type { Decision, Measure } from '../../domain/index.ts';
import { levelOf, toleranceOf } from '../../domain/index.ts';
import type { Situation } from './world.ts';

/** What a decision adds to the fleet's story: itself, its reasons, and the load it saw. */
export function decisionMeasures(decision: Decision, { fleet, world }: Situation): Measure[] {
  const { name } = fleet;
  const { signals } = fleet.scaling;
  const loads = signals.flatMap((signal) => {
    const newest = world.samples.get(signal.name)?.at(-1);
    const level = levelOf(signal);
    if (newest === undefined || level === undefined) return [];
    return [{ signal: signal.name, share: newest.value / level }];
  });
  const isAbove = loads.some(({ share }) => share > 1 + toleranceOf(fleet.scaling, 'out'));
  const reasons = new Set(decision.reasons.map(({ code }) => code));
  return [
    { metric: 'Decisions', value: 1, by: { fleet: name, action: decision.action } },
    ...[...reasons].map((reason): Measure => ({
      metric: 'DecisionReasons',
      value: 1,
      by: { fleet: name, reason },
    })),
    ...loads.map(({ signal, share }): Measure => ({
      metric: 'Load',
      value: Math.round(share * 1000) / 10,
      by: { fleet: name, signal },
    })),
    { metric: 'MinutesAboveTarget', value: isAbove ? 1 : 0, by: { fleet: name } },
    ...Object.entries(decision.forecasts ?? {}).map(([signal, { headroom }]): Measure => ({
      metric: 'Headroom',
      value: Math.round(headroom * 1000) / 10,
      by: { fleet: name, signal },
    })),
    ...(decision.shadow === undefined
      ? []
      : [{ metric: 'Divergence' as const, value: decision.shadow.to - decision.to, by: { fleet: name } }]),
  ];
}
