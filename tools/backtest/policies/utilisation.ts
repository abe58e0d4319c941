import type { Knob } from '../policy.ts';

/**
 * The knob of policies that choose capacity for a utilisation, in percent. It goes far in both directions, so that a sweep
 * reaches what another policy comes to: twenty times what is needed, and less than what the load uses up.
 */
export function utilisationKnob(standard: number): Knob {
  return { name: 'target utilisation, %', standard, sweep: UTILISATIONS };
}

/** From far too much capacity to far too little, in percent. */
export const UTILISATIONS: readonly number[] = [
  4, 6, 8, 10, 13, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 65, 70, 75, 80, 90, 100, 120, 150,
];
