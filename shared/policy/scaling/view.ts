import { MINUTE } from '../../domain/index.ts';
import { capacityOf } from './capacity.ts';
import { withoutGaps } from './signal-rules.ts';
import type { UsefulCapacity } from './useful-capacity/index.ts';
import { isLearnt, kindOfInstances, minutesBorne } from './useful-capacity/index.ts';
import type { Capacity, Situation, View } from './world.ts';

/** For how long it is known who served. */
const RECENT = 10 * MINUTE;

/** The figures of a minute come at different times: it is learnt from once all should be there. */
const SETTLED = 4 * MINUTE;

/** A situation as the rules see it: silence and what has to be learnt are worked out, each once. */
export function viewOf(situation: Situation): View {
  const { fleet, now } = situation;
  const capacity = capacityOf(situation);
  const samples = withoutGaps(fleet.scaling.signals, situation.world.samples, now);
  const learnt = learntFrom({ ...situation, world: { ...situation.world, samples } }, capacity);
  const useful = new Map(situation.world.useful);
  for (const [name, { useful: found }] of learnt) if (found !== undefined) useful.set(name, found);
  return { ...situation, world: { ...situation.world, samples, useful }, capacity, learnt };
}

/** Shows each learner the minutes that it has not seen, and asks it. */
function learntFrom(
  { world, fleet, now }: Situation,
  capacity: Capacity,
): ReadonlyMap<string, UsefulCapacity> {
  const learnt = new Map<string, UsefulCapacity>();
  if (world.learners === undefined) return learnt;
  const kind = kindOfInstances(world.group);
  for (const signal of fleet.scaling.signals.filter(isLearnt)) {
    const learner = world.learners.get(signal.name);
    if (learner === undefined) continue;
    for (const minute of minutesBorne(signal, world.samples, { capacity, kind, known: now - RECENT }))
      if (now - minute.at >= SETTLED) learner.observe(minute);
    learnt.set(signal.name, learner.useful(now));
  }
  return learnt;
}
