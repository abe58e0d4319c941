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

/** What signals ask for, each by its own rules, where they leave the decision not to the others. */
export function underRules<Of extends Signal, Asked extends Demand>(
  signals: readonly Of[],
  view: View,
  ask: (signal: Of, view: View) => Asked,
): Asked[] {
  return signals.flatMap((signal) => {
    // Even who rests looks on: a forecaster must not miss a minute.
    const asked = ask(signal, view);
    const sample = freshOf(signal, view);
    if (sample === undefined) return isLeftToOthers(signal, view) ? [] : [asked];
    return [withLearnt(signal, view, resting(signal, sample, view, asked))];
  });
}

function freshOf({ name }: Signal, { world, now }: View): TimedValue | undefined {
  return freshSample(world.samples.get(name) ?? [], now);
}

function isLeftToOthers(signal: Signal, view: View): boolean {
  if (signal.missing !== 'ignore') return false;
  return view.fleet.scaling.signals.some((other) => other !== signal && freshOf(other, view) !== undefined);
}

/** Below its activation a signal asks for nothing; from there on for an instance at least. */
function resting<Asked extends Demand>(
  { name, activation }: Signal,
  { value, total }: TimedValue,
  { world, capacity }: View,
  asked: Asked,
): Asked {
  if (activation === undefined) return asked;
  const { desired } = world.group;
  const load = total ?? value * capacity.serving;
  const facts = { signal: name, load, activation };
  if (load < activation)
    return { ...asked, wants: wish(0, desired), need: 0, because: reason('INACTIVE', facts) };
  if (desired > 0 || asked.need > 0) return asked;
  return { ...asked, wants: 'out', need: 1, because: reason('ACTIVATED', facts) };
}

/** A need by a useful load that was learnt is as good as that is: its reasons say so first. */
function withLearnt<Asked extends Demand>({ name }: Signal, { learnt }: View, asked: Asked): Asked {
  const reasons = learnt?.get(name)?.reasons ?? [];
  if (reasons.length === 0) return asked;
  return { ...asked, because: [...reasons, asked.because].flat() };
}
