import type { PolicyFamily } from '../policy.ts';
import { neededFor } from '../needed.ts';
import { utilisationKnob } from './utilisation.ts';

/**
 * React: capacity for the load as it was measured last, and nothing else. The plainest of the research baselines:
 * Chieu, Mohindra, Karve and Segal, "Dynamic Scaling of Web Applications in a Virtualized Cloud Computing Environment"
 * (ICEBE 2009), as Papadopoulos et al. and Ilyushkin et al. compare it with others.
 *
 * The knob is the utilisation that capacity is chosen for.
 */
export const react: PolicyFamily = {
  name: 'react',
  knob: utilisationKnob(80),
  at(position = 70) {
    return {
      name: 'react',
      start: ({ capacity, min }) => ({
        decide: ({ demand, desired }) =>
          Number.isNaN(demand) ? desired : neededFor(demand, (capacity * position) / 100, min),
      }),
    };
  },
};
