import type { Fleet, Instant, LifecycleAction, Story } from '../../domain/index.ts';
import { SECOND } from '../../domain/index.ts';
import type { Admission } from './readiness.ts';

/** Tells that an instance did not become ready and was given back. */
export function abandonedStory(
  fleet: Fleet,
  action: LifecycleAction,
  admission: Admission,
  now: Instant,
): Story {
  const waited = Math.round((now - admission.startedAt) / SECOND);
  return {
    id: `admission#${action.instance}#${admission.startedAt}`,
    at: now,
    severity: 'warning',
    fleet: fleet.name,
    title: `${fleet.name} abandoned ${action.instance}, which did not become ready`,
    text:
      `The application on ${action.instance} was not ready within ${waited} seconds, so the instance never took ` +
      'traffic. Auto Scaling terminates it and launches another.',
    facts: [
      { name: 'Group', value: action.group },
      { name: 'Instance', value: action.instance },
      { name: 'Last probe', value: admission.detail },
    ],
  };
}
