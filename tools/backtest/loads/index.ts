import { seededIds } from '../../cloud/kernel/index.ts';
import { UsageError } from '../../usage-error.ts';
import type { MinuteTrace } from '../trace/minute-trace.ts';
import { GENERATED } from './generated.ts';
import { DAY } from './shapes.ts';

export { GENERATED } from './generated.ts';
export type { GeneratedLoad } from './load.ts';

/** A Monday. */
const START = Date.UTC(2026, 2, 2);

export const LOAD_NAMES: readonly string[] = GENERATED.map(({ name }) => name);

/**
 * A generated load by its name, the same for the same seed.
 *
 * @param days how long; without it as long as the load's own pattern asks for
 * @throws UsageError for a name that is none
 */
export function generatedLoad(name: string, seed: number, days?: number): MinuteTrace {
  const kind = GENERATED.find((one) => one.name === name);
  if (kind === undefined)
    throw new UsageError(`there is no generated load ${name}: choose from ${LOAD_NAMES.join(', ')}`);
  const minutes = Math.round((days ?? kind.days) * DAY);
  const { random } = seededIds(seedOf(name, seed));
  const at = kind.start(random, minutes);
  const load = Float64Array.from({ length: minutes }, (_, minute) => Math.max(0, at(minute)));
  return { name, start: START, load, gaps: [] };
}

/** Each load draws from a sequence of its own: a load more, or a longer one, changes no other. */
function seedOf(name: string, seed: number): number {
  let mixed = Math.imul(seed, 0x9e3779b1);
  for (let index = 0; index < name.length; index++) mixed = Math.imul(mixed, 31) + name.charCodeAt(index);
  return mixed >>> 0;
}
