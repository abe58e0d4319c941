import { fillFrom, textOf } from './arrays.ts';
import type { Hold } from './hold.ts';
import type { Levels } from './levels.ts';
import type { Forecast } from './outlook.ts';
import type { Price } from './price.ts';
import type { Season } from './season.ts';
import type { TrialFleets } from './trial-fleets.ts';
import type { ForecastSnapshot } from './types.ts';

/** Rises when what is remembered changes its meaning: a snapshot of another version is as good as none. */
const VERSION = 4;

/** What a forecaster remembers. */
export interface Saved {
  readonly season: Season;
  readonly levels: Levels;
  readonly forecast: Forecast;
  readonly price: Price;
  readonly hold: Hold;
  readonly trials: TrialFleets;
  unit: number;
  useful: number;
  newestMinute: number;
  demand: number;
  usualDemand: number;
  minutes: number;
  horizon: number;
  budget: number;
}

type Numbers = Float64Array | Float32Array;

export function save(of: Saved): ForecastSnapshot {
  const memory = Object.fromEntries(
    Object.entries(arraysOf(of)).map(([name, array]) => [name, textOf(array)]),
  );
  return { version: VERSION, memory: { ...memory, scalars: textOf(scalarsOf(of)) } };
}

/** Takes over a snapshot, whole or not at all. */
export function restore(into: Saved, { version, memory }: ForecastSnapshot): void {
  if (version !== VERSION) return;
  const scalars = scalarsOf(into);
  const arrays = Object.entries(arraysOf(into));
  const copies = arrays.map(([name, array]) => ({ array, copy: array.slice(), text: memory[name] }));
  if (!copies.every(({ copy, text }) => fillFrom(copy, text)) || !fillFrom(scalars, memory['scalars']))
    return;
  for (const { array, copy } of copies) array.set(copy);
  takeScalars(into, scalars);
  into.forecast.misses.settle();
}

function arraysOf({ season, forecast, hold, trials }: Saved): Readonly<Record<string, Numbers>> {
  return {
    week: season.week,
    day: season.day,
    dayToTheMinute: season.dayToTheMinute,
    hour: season.hour,
    where: forecast.where.memory,
    whereWeights: forecast.where.weights,
    spread: forecast.spread.regression.memory,
    spreadWeights: forecast.spread.regression.weights,
    spreadDay: forecast.spread.day,
    spreadHour: forecast.spread.hour,
    misses: forecast.misses.counts,
    clues: forecast.clues,
    spreadClues: forecast.spreadClues,
    newest: forecast.newest,
    locations: forecast.locations,
    spreads: forecast.spreads,
    minutes: forecast.minutes,
    needs: hold.needs,
    needsAt: hold.minutes,
    trials: trials.desired,
    trialCosts: trials.costs,
  };
}

const LEVELS = 16;
const SPREAD = 4;
const TRIALS = 4;

function scalarsOf(of: Saved): Float64Array {
  return Float64Array.from([
    of.unit,
    of.useful,
    of.newestMinute,
    of.demand,
    of.usualDemand,
    of.minutes,
    of.horizon,
    of.budget,
    of.price.owed,
    of.price.learnt,
    ...of.season.open,
    ...of.levels.state,
    ...of.forecast.spread.state,
    ...of.trials.state,
  ]);
}

function takeScalars(into: Saved, scalars: Float64Array): void {
  const values = [...scalars];
  const next = () => values.shift() ?? NaN;
  into.unit = next();
  into.useful = next();
  into.newestMinute = next();
  into.demand = next();
  into.usualDemand = next();
  into.minutes = next();
  into.horizon = next();
  into.budget = next();
  into.price.owed = next();
  into.price.learnt = next();
  into.season.open = [next(), next(), next()];
  into.levels.state = values.splice(0, LEVELS);
  into.forecast.spread.state = values.splice(0, SPREAD);
  into.trials.state = values.splice(0, TRIALS);
}
