import type { DecisionForecast, UsefulSignal } from '../../domain/index.ts';
import { MINUTE, SECOND } from '../../domain/index.ts';
import type { Demand } from './demand.ts';
import { wish } from './demand.ts';
import { demandsOfFleet } from './demand-of-fleet.ts';
import type { Forecaster, ForecastPlan } from './forecast/index.ts';
import { DEFAULT_TIMINGS, forecaster } from './forecast/index.ts';
import { reason } from './plan.ts';
import type { View } from './world.ts';

/** What a signal's forecast asks for, and the forecast itself where there is one. */
export interface ForecastDemand extends Demand {
  readonly signal: string;
  readonly forecast?: DecisionForecast;
}

/**
 * What a signal with a useful load asks for, by its forecast. The forecaster takes in what it has not seen of the
 * signal's samples; without one, or with a new one, the last minutes are all that there is to go by.
 */
export function forecastDemand(signal: UsefulSignal, view: View): ForecastDemand {
  const { world, fleet, now } = view;
  const { group, timings = DEFAULT_TIMINGS } = world;
  const useful = signal.useful === 'learn' ? world.useful?.get(signal.name) : signal.useful;
  if (useful === undefined) return unknown(signal, view);
  const forecast = world.forecasts?.get(signal.name) ?? forecaster();
  watch(forecast, signal, useful, view);
  const { need, reasons, ...ahead } = forecast.plan({
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
  const at = Math.floor((now + (timings.boot + timings.period) * SECOND - 1) / MINUTE) * MINUTE;
  return {
    signal: signal.name,
    wants: wish(need, group.desired),
    need,
    because,
    // A forecaster that has seen nothing expects nothing.
    ...(Number.isFinite(ahead.expected) && { forecast: { at, need, ...inFigures(ahead) } }),
  };
}

/** Figures that can be stored: where nothing is expected, there is no head-room to speak of. */
function inFigures({ expected, upper, quantile, headroom }: Omit<ForecastPlan, 'need' | 'reasons'>) {
  const share = (value: number) => (Number.isFinite(value) ? Math.round(value * 10_000) / 10_000 : 0);
  return { expected, upper, quantile: share(quantile), headroom: share(headroom) };
}

/** Brings a forecaster up to the newest sample. */
function watch(forecast: Forecaster, signal: UsefulSignal, useful: number, { world, capacity }: View): void {
  const { newest = -Infinity } = forecast;
  // The minutes before show for how long instances have been too busy to show their load.
  const minutes = demandsOfFleet(signal, world.samples.get(signal.name) ?? [], capacity);
  for (const { at, demand, inService } of minutes) {
    if (at > newest) forecast.observe({ at, demand, inService, useful });
  }
}

function unknown({ name }: UsefulSignal, { world }: View): ForecastDemand {
  return {
    signal: name,
    wants: 'unknown',
    need: world.group.desired,
    because: [reason('NO_DATA', { signal: name })],
  };
}
