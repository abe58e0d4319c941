import type { Group } from '../../domain/index.ts';

/** Which of a group's hooks hold an instance. */
export type Transition = 'launching' | 'terminating';

/** An instance that stands in a lifecycle hook. */
export interface WaitingInstance {
  readonly instance: string;
  readonly transition: Transition;
}

const TRANSITION_OF: Readonly<Record<string, Transition>> = {
  'Pending:Wait': 'launching',
  'Terminating:Wait': 'terminating',
  'ReplacingRootVolume:Wait': 'terminating',
};

export function waitingInstances(group: Pick<Group, 'instances'>): readonly WaitingInstance[] {
  return group.instances.flatMap(({ id, lifecycle }) => {
    const transition = TRANSITION_OF[lifecycle];
    return transition === undefined ? [] : [{ instance: id, transition }];
  });
}

interface Hook {
  readonly name: string;
  readonly transition: Transition;
}

/** What the names of our own hooks begin with, where a group has others as well. */
const OWN_PREFIX = 'evenkeel';

/**
 * The hook to answer for an instance whose event was missed: the group's only one of that transition, or ours among
 * several. A description does not say which hooks an instance stands in, and those of others are not ours to answer.
 */
export function hookToAnswer(hooks: readonly Hook[], transition: Transition): string | undefined {
  const candidates = hooks.filter((hook) => hook.transition === transition);
  if (candidates.length === 1) return candidates[0]?.name;
  const own = candidates.filter(({ name }) => name.startsWith(OWN_PREFIX));
  return own.length === 1 ? own[0]?.name : undefined;
}
