export { companionsOf, isLearnt, kindOfInstances, learnPast, minutesBorne } from './companions.ts';
export { UsefulLearner } from './learner.ts';
export type { UsefulSnapshot } from './snapshot.ts';
export type { BorneMinute, UsefulCapacity } from './types.ts';
