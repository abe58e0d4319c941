import { newImage } from './new-image.ts';
import { partOfDay, type Scenario } from './scenario.ts';

/** The newest image boots, and its application never becomes ready: the refresh has to go back. */
export const brokenImage: Scenario = {
  name: 'broken-image',
  description: 'the newest image never becomes ready, and the refresh rolls back',
  entries: (day) => [{ ...newImage(partOfDay(0.45, day)), fault: 'never-ready' }],
};
