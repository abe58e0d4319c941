import type { Run } from './simulate.ts';

/**
 * SPEC's elasticity metrics, in percent: Herbst, Krebs, Oikonomou, Kousiouris, Evangelinou, Iosup and Kounev, "Ready for
 * Rain? A View from SPEC Research on the Future of Cloud Metrics" (SPEC RG, 2016).
 */
export interface Elasticity {
  /** θU and θO: the mean shortage and the mean surplus, as a share of what is needed. */
  readonly underProvisioningAccuracy: number;
  readonly overProvisioningAccuracy: number;
  /** τU and τO: the share of minutes with a shortage, and with a surplus. */
  readonly underProvisioningTimeshare: number;
  readonly overProvisioningTimeshare: number;
  /** υ: the share of minutes in which capacity does not move in the direction in which the need does. */
  readonly instability: number;
  /**
   * How much smaller the four above θU, θO, τU, τO are than for a fleet that stays at the mean need, rounded up: the
   * geometric mean of the four ratios; null where one of them is 0.
   */
  readonly speedup: number | null;
}

export function elasticityOf({ needed, inService }: Pick<Run, 'needed' | 'inService'>): Elasticity {
  const scaled = accuracies(needed, (minute) => inService[minute] ?? 0);
  const still = Math.ceil(needed.reduce((total, need) => total + need, 0) / Math.max(1, needed.length));
  const unscaled = accuracies(needed, () => still);
  const [thetaU, thetaO, tauU, tauO] = scaled;
  return {
    underProvisioningAccuracy: thetaU,
    overProvisioningAccuracy: thetaO,
    underProvisioningTimeshare: tauU,
    overProvisioningTimeshare: tauO,
    instability: instabilityOf(needed, inService),
    speedup: speedupOf(scaled, unscaled),
  };
}

type Accuracies = readonly [thetaU: number, thetaO: number, tauU: number, tauO: number];

function accuracies(needed: Int32Array, serving: (minute: number) => number): Accuracies {
  let shortage = 0;
  let surplus = 0;
  let shortMinutes = 0;
  let surplusMinutes = 0;
  for (const [minute, need] of needed.entries()) {
    const missing = need - serving(minute);
    // Nothing needed and nothing there is no surplus; nothing needed and something there is all surplus.
    const share = Math.abs(missing) / Math.max(1, need);
    if (missing > 0) {
      shortage += share;
      shortMinutes++;
    } else if (missing < 0) {
      surplus += share;
      surplusMinutes++;
    }
  }
  const percent = 100 / Math.max(1, needed.length);
  return [shortage * percent, surplus * percent, shortMinutes * percent, surplusMinutes * percent];
}

function instabilityOf(needed: Int32Array, inService: Int32Array): number {
  let unlike = 0;
  for (let minute = 1; minute < needed.length; minute++) {
    const need = (needed[minute] ?? 0) - (needed[minute - 1] ?? 0);
    const serving = (inService[minute] ?? 0) - (inService[minute - 1] ?? 0);
    if (Math.sign(need) !== Math.sign(serving)) unlike++;
  }
  return (100 * unlike) / Math.max(1, needed.length - 1);
}

function speedupOf(scaled: Accuracies, unscaled: Accuracies): number | null {
  if ([...scaled, ...unscaled].some((value) => value === 0)) return null;
  const product = scaled.reduce((ratio, value, index) => (ratio * (unscaled[index] ?? 1)) / value, 1);
  return product ** (1 / scaled.length);
}
