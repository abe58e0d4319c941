export type { Obstacle, Party } from './party.ts';
export { partyOf, Reachability } from './reachability.ts';
