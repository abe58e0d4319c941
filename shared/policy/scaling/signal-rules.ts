/** What a signal asks for while it is silent, or at rest: by the rules that its owner has given it. */
import type { Instant, Signal } from '../../domain/index.ts';
import { MINUTE, periodOf, SECOND } from '../../domain/index.ts';
import type { Demand } from './demand.ts';
import { freshSample, wish } from './demand.ts';
import { reason } from './plan.ts';
import type { TimedValue, View } from './world.ts';

/** For so long a value may be on its way: it is not missing yet. */
const LATE = 3 * MINUTE;
/** How far back zeros stand in for what is missing, where nothing at all is known. */
const FILLED = 15 * MINUTE;

/** The samples of a fleet's signals, with zeros in the minutes in which a signal of rule `zero` has said nothing. */
export function withoutGaps(
  signals: readonly Signal[],
  samples: ReadonlyMap<string, readonly TimedValue[]>,
  now: Instant,
): ReadonlyMap<string, readonly TimedValue[]> {
  const silent = signals.filter(({ missing }) => missing === 'zero');
  if (silent.length === 0) return samples;
  const filled = silent.map(
    (signal) =>
      [signal.name, zeroed(samples.get(signal.name) ?? [], periodOf(signal) * SECOND, now)] as const,
  );
  return new Map([...samples, ...filled]);
}

function zeroed(samples: readonly TimedValue[], period: number, now: Instant): TimedValue[] {
  const known = new Map(samples.map((sample) => [sample.at, sample]));
  const end = Math.floor((now - LATE) / period) * period;
  const start = Math.min(samples[0]?.at ?? Infinity, Math.floor((now - FILLED) / period) * period);
  for (let at = start; at + period <= end; at += period)
    if (!known.has(at)) known.set(at, { at, value: 0, total: 0 });
  return [...known.values()].sort((one, other) => one.at - other.at);
}

/**
 * What a signal asks for by its rules, else by `ask`.
 *
 * @returns undefined where it leaves the decision to the others
 */
export function ruled(signal: Signal, view: View, ask: () => Demand): Demand | undefined {
  const { desired } = view.world.group;
  const sample = freshSample(view.world.samples.get(signal.name) ?? [], view.now);
  if (sample === undefined) return signal.missing === 'ignore' ? undefined : ask();
  if (signal.activation === undefined) return ask();
  const load = sample.total ?? sample.value * view.capacity.serving;
  const facts = { signal: signal.name, load, activation: signal.activation };
  if (load < signal.activation)
    return { wants: wish(0, desired), need: 0, because: reason('INACTIVE', facts) };
  const asked = ask();
  if (desired > 0 || asked.need > 0) return asked;
  return { wants: 'out', need: 1, because: [asked.because, reason('ACTIVATED', facts)].flat() };
}
