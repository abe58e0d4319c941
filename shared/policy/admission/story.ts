import type { Fleet, Instant, LifecycleAction, Story } from '../../domain/index.ts';
import { SECOND } from '../../domain/index.ts';
import { lookAt } from '../messages/look.ts';
import type { Admission } from './readiness.ts';

/** Tells that an instance did not become ready, or is taken back before it could serve, and was given back. */
export function abandonedStory(
  fleet: Fleet,
  action: LifecycleAction,
  admission: Admission,
  now: Instant,
  consoleTail = '',
): Story {
  const { instance, group } = action;
  const waited = Math.round((now - admission.startedAt) / SECOND);
  const isTaken = admission.end === 'taken';
  const failed = admission.end === 'failing' ? 'failed again' : 'was not ready';
  const why = isTaken
    ? `EC2 takes ${instance} back before it could serve`
    : admission.end === 'ended'
      ? `${instance} stopped running ${waited} seconds after it was launched, by itself or by somebody's hand`
      : `The application on ${instance} ${failed} within ${waited} seconds`;
  return {
    id: `admission#${instance}#${admission.startedAt}`,
    at: now,
    severity: 'warning',
    fleet: fleet.name,
    title: `${instance} of ${fleet.name} ${isTaken ? 'is taken back before it could serve' : 'did not become ready and was given back'}`,
    text: `${why}, so the instance never took traffic. Auto Scaling terminates it and launches another.`,
    toDo: isTaken
      ? 'Nothing.'
      : 'Nothing for one instance. If others follow, the last probe and the console below say what the application lacks.',
    look: isTaken ? lookAt.fleet(fleet.name) : lookAt.causes(fleet.name),
    facts: [
      { name: 'Group', value: group },
      { name: 'Instance', value: instance },
      { name: 'Last probe', value: admission.detail },
      ...(consoleTail === '' ? [] : [{ name: 'Console', value: consoleTail }]),
    ],
  };
}

/** Tells once that launches stop because the last admissions have all failed. */
export function breakerStory(
  fleet: Fleet,
  group: string,
  failed: { readonly count: number; readonly since: Instant },
  detail: string,
  now: Instant,
): Story {
  return {
    id: `launch-breaker#${fleet.name}#${failed.since}`,
    at: now,
    severity: 'error',
    fleet: fleet.name,
    title: `${fleet.name} launches nothing for now: the last ${failed.count} instances did not become ready`,
    text:
      `The process Launch of ${group} is suspended, so that no instance is launched only to be given back. It is resumed ` +
      'after 15 minutes; if the next one fails as well it is suspended again, and nothing more is told until one is ' +
      'admitted. The instances in service go on serving, but none is added or replaced.',
    toDo:
      'Now: find why new instances do not become ready. Look at the image, the launch template and what the ' +
      'application needs to start.',
    look: lookAt.causes(fleet.name),
    facts: [
      { name: 'Group', value: group },
      { name: 'Last probe', value: detail },
    ],
  };
}
