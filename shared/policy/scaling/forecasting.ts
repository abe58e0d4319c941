import type { UsefulSignal } from '../../domain/index.ts';
import type { Demand } from './demand.ts';
import { wish } from './demand.ts';
import { demandsOfFleet } from './demand-of-fleet.ts';
import type { Forecaster } from './forecast/index.ts';
import { DEFAULT_TIMINGS, forecaster } from './forecast/index.ts';
import { reason } from './plan.ts';
import type { View } from './world.ts';

/**
 * What a signal with a useful load asks for, by its forecast. The forecaster takes in what it has not seen of the
 * signal's samples; without one, or with a new one, the last minutes are all that there is to go by.
 */
export function forecastDemand(signal: UsefulSignal, view: View): Demand {
  const { world, fleet, now } = view;
  const { group, timings = DEFAULT_TIMINGS } = world;
  const useful = signal.useful === 'learn' ? world.useful?.get(signal.name) : signal.useful;
  if (useful === undefined) return unknown(signal, view);
  const forecast = world.forecasts?.get(signal.name) ?? forecaster();
  watch(forecast, signal, useful, view);
  const { need, reasons } = forecast.plan({
    now,
    useful,
    timings,
    budget: fleet.scaling.violations,
    headroomAtMost: fleet.scaling.headroom.atMost,
    desired: group.desired,
    min: group.min,
    max: group.max,
  });
  const because = reasons.map(({ code, facts }) => reason(code, { signal: signal.name, ...facts }));
  return { wants: wish(need, group.desired), need, because };
}

/** Brings a forecaster up to the newest sample. */
function watch(forecast: Forecaster, signal: UsefulSignal, useful: number, { world, capacity }: View): void {
  const { newest = -Infinity } = forecast;
  const unseen = (world.samples.get(signal.name) ?? []).filter(({ at }) => at > newest);
  for (const { at, demand, inService } of demandsOfFleet(signal, unseen, capacity)) {
    forecast.observe({ at, demand, inService, useful });
  }
}

function unknown({ name }: UsefulSignal, { world }: View): Demand {
  return { wants: 'unknown', need: world.group.desired, because: [reason('NO_DATA', { signal: name })] };
}
