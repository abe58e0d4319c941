import { readFile } from 'node:fs/promises';
import { isUseful } from '../../shared/domain/index.ts';
import { fleetsOf } from '../build/fleets.ts';

/**
 * The share of minutes in which a fleet may have more load than it can usefully carry; undefined where it looks at none
 * that it could be held to.
 *
 * @param file fleets.yml, checked before
 */
export async function budgetOf(file: string, fleet: string): Promise<number | undefined> {
  const { fleets } = fleetsOf(await readFile(file, 'utf8'), file);
  const scaling = fleets.find(({ name }) => name === fleet)?.scaling;
  return scaling?.signals.some(isUseful) === true ? scaling.violations : undefined;
}
