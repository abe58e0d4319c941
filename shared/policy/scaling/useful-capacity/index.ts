export type { BorneMinute, UsefulCapacity, UsefulSnapshot } from './learner.ts';
export { USEFUL_CPU, UsefulLearner } from './learner.ts';
export { companionsOf, isLearnt, kindOfInstances, learnPast, minutesBorne } from './companions.ts';
