import { newImage } from './new-image.ts';
import { partOfDay, type Scenario } from './scenario.ts';

/** A day as it may go: an instance dies without a word, and a newer image is there when the schedule looks for one. */
export const day: Scenario = {
  name: 'day',
  description: 'an instance dies, a newer image is rolled out',
  entries: (load) => [{ kind: 'death', from: partOfDay(0.3, load) }, newImage(partOfDay(0.45, load))],
};
