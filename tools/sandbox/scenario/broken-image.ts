import { publishImage } from './happenings.ts';
import { partOfDay, type Scenario } from './scenario.ts';

/** The newest image boots, and its application never becomes ready: the refresh has to go back. */
export const brokenImage: Scenario = {
  name: 'broken-image',
  description: 'the newest image never becomes ready, and the refresh rolls back',
  arrange: (stage) => publishImage(stage, partOfDay(0.45, stage), { isBroken: true }),
};
