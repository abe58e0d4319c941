import { UsageError } from '../../usage-error.ts';
import type { PolicyFamily } from '../policy.ts';
import { adapt } from './adapt.ts';
import { AWS_FAMILIES } from './aws/index.ts';
import { clairvoyant } from './clairvoyant.ts';
import { evenkeel } from './evenkeel.ts';
import { hist } from './hist.ts';
import { hpa } from './hpa.ts';
import { keda } from './keda.ts';
import { oracle } from './oracle.ts';
import { react } from './react.ts';
import { reg } from './reg.ts';

/** All that can be compared, in the order in which they are shown. */
export const FAMILIES: readonly PolicyFamily[] = [
  evenkeel,
  ...AWS_FAMILIES,
  hpa,
  keda,
  react,
  hist,
  reg,
  adapt,
  clairvoyant,
  oracle,
];

export const POLICY_NAMES: readonly string[] = FAMILIES.map(({ name }) => name);

/**
 * @throws UsageError for a name that is none
 */
export function familyOf(name: string): PolicyFamily {
  const family = FAMILIES.find((one) => one.name === name);
  if (family === undefined)
    throw new UsageError(`there is no policy ${name}: choose from ${POLICY_NAMES.join(', ')}`);
  return family;
}
