export type * from './decision.ts';
export type * from './event.ts';
export { skip } from './event.ts';
export type * from './fleet.ts';
export type * from './group.ts';
export { isComing, isGoing, isServing } from './group.ts';
export type * from './story.ts';
export type { Instant, Seconds } from './time.ts';
export { isoTime, MINUTE, SECOND } from './time.ts';
