export { DEFAULT_TIMINGS, forecaster } from './forecaster.ts';
export type {
  ForecastAsk,
  Forecaster,
  ForecastPlan,
  ForecastSnapshot,
  ObservedMinute,
  Timings,
} from './types.ts';
