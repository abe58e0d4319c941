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
/** What a violation is worth before anything is known: minutes of the usual fleet, as a logarithm. */
const FIRST = 3;
/** The share of the budget that is aimed at: misses come in bursts. */
const AIM = 0.9;

/**
 * What a violation minute is worth, in instance-minutes. Capacity is worth adding as long as it costs less than the
 * violations that it saves, at one price for all hours: violations are then spent where it is dear to prevent them, which
 * is how a budget of them buys the most. The price is what the budget is kept by: each violation raises it, each minute
 * without one lowers it, as in adaptive conformal inference.
 */
export class Price {
  owed = 0;
  learnt = 0;

  /** @param violated the share of a minute, or of several, that was above what was in service */
  observe(violated: number, budget: number, minutes: number): void {
    const aim = budget * AIM;
    const overspent = (violated - aim * minutes) / (1440 * aim);
    const kept = Math.max(0, 1 - minutes / (1440 * FORGIVEN));
    this.owed = Math.min(MOST_OWED, Math.max(-MOST_SAVED, this.owed * kept + overspent));
    this.learnt = Math.min(MOST_LEARNT, Math.max(-MOST_LEARNT, this.learnt + LEARN * overspent));
  }

  /** @param usual instances that the fleet usually needs */
  of(usual: number): number {
    return usual * Math.exp(FIRST + this.learnt + RISE * this.owed);
  }
}
