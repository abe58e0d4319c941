import { daily, launchDay, regimeChange, slowGrowth, weekly } from './days.ts';
import { noise, ramp, step } from './levels.ts';
import type { GeneratedLoad } from './load.ts';
import { batchSpikes, bursts, flashCrowd, outageAndReturn } from './surprises.ts';

/** In the order in which they are shown. */
export const GENERATED: readonly GeneratedLoad[] = [
  daily,
  weekly,
  flashCrowd,
  step,
  ramp,
  batchSpikes,
  launchDay,
  slowGrowth,
  regimeChange,
  noise,
  outageAndReturn,
  bursts,
];
