export type { Occasion } from './decide.ts';
export { idOfSame } from './history.ts';
export { decideCapacity } from './decide.ts';
export { eventHistory } from './calendar/events.ts';
export type { FleetMinute, Sharing } from './demand-of-fleet.ts';
export { demandOfFleet, demandsOfFleet, inServiceAt } from './demand-of-fleet.ts';
export type {
  ForecastAsk,
  Forecaster,
  ForecastPlan,
  ForecastSnapshot,
  ObservedMinute,
  Timings,
} from './forecast/index.ts';
export { DEFAULT_TIMINGS, forecaster } from './forecast/index.ts';
export { PAUSE_TAG } from './guards.ts';
export type { BorneMinute, UsefulCapacity, UsefulSnapshot } from './useful-capacity/index.ts';
export { companionsOf, learnPast, UsefulLearner } from './useful-capacity/index.ts';
export { brakeSignal } from './guards/brake.ts';
export { capacityMetric, instanceHoursOf, monthStart } from './guards/money.ts';
export type { Capacity, Move, Situation, TimedValue, World } from './world.ts';
export { decisionMeasures } from './measures.ts';
