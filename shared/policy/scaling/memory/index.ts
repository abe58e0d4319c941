export type { FleetMemory, Watch, WatchedSignal } from './fleet-memory.ts';
export { meaningOf, memoryOf, shadowKey, takenUp, watchedSignals } from './fleet-memory.ts';
export { spent } from './budget.ts';
export type { Reading } from './reading.ts';
export { readOf } from './reading.ts';
export { learntBy, servingIds } from './learnt.ts';
export { LAG } from './ripe.ts';
