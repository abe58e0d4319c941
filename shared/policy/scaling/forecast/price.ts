/** The share of the budget that is aimed at: misses come in bursts. */
const AIM = 0.8;
/** Days of budget that may be owed, and that may be saved up. */
const MOST_OWED = 8;
const MOST_SAVED = 3;
/** Days after which what is owed or saved is forgiven to a 2.7th. */
const FORGIVEN = 10;
/** How far the price rises, as a logarithm, for each day of budget that is owed. */
const RISE = 0.6;
/** How far it rises for good for each day of budget that is overspent. */
const LEARN = 0.05;
const MOST_LEARNT = 3;
/**
 * How far, as a logarithm, the price may fall below where it begins. A violation that costs next to nothing to prevent is
 * prevented, budget or not.
 */
const MOST_FALL = 0.4;

/**
 * What a violation minute is worth, in instance-minutes. Capacity is worth adding as long as it costs less than the
 * violations that it saves, at one price for all hours: violations are then spent where it is dear to prevent them, which
 * is how a budget of them buys the most. The price is what the budget is kept by: each violation raises it, each minute
 * without one lowers it, as in adaptive conformal inference.
 *
 * @see Gibbs and Candès, "Adaptive Conformal Inference Under Distribution Shift" (2021)
 */
export class Price {
  /** Days of budget that have been overspent, as far as they are not forgiven. */
  owed = 0;
  learnt = 0;

  /** @param violated how many of the minutes were above what was in service */
  observe(violated: number, budget: number, minutes: number): void {
    const aim = budget * AIM;
    const overspent = (violated - aim * minutes) / (1440 * aim);
    const kept = Math.max(0, 1 - minutes / (1440 * FORGIVEN));
    this.owed = Math.min(MOST_OWED, Math.max(-MOST_SAVED, this.owed * kept + overspent));
    this.learnt = Math.min(MOST_LEARNT, Math.max(-MOST_LEARNT, this.learnt + LEARN * overspent));
  }

  /**
   * At the right price the last instance is worth its cost: price × density of demand there = 1. Where tails fall off
   * exponentially that is price = instances × miss ÷ share of violations, from which the price begins.
   *
   * @param instances that the fleet usually needs
   * @param miss by how much forecasts usually miss, as a share
   * @param budget the share of minutes that may be violations
   */
  of(instances: number, miss: number, budget: number): number {
    const spent = Math.max(-MOST_FALL, this.learnt + RISE * this.owed);
    return ((instances * miss) / budget) * Math.exp(spent);
  }
}
