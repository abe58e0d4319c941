import type { FleetName, Instant, Severity, Story } from '../../domain/index.ts';

import { lookAt } from '../messages/look.ts';

/** A rollout of one image to one fleet. */
export interface Rollout {
  readonly fleet: FleetName;
  readonly group: string;
  readonly refresh: string;
  readonly image: string;
  readonly previousImage: string;
}

function factsOf(rollout: Rollout): Story['facts'] {
  return [
    { name: 'Group', value: rollout.group },
    { name: 'New image', value: rollout.image },
    { name: 'Image before', value: rollout.previousImage },
    { name: 'Instance refresh', value: rollout.refresh },
  ];
}

export function refreshStartedStory(rollout: Rollout, now: Instant): Story {
  return {
    id: `refresh#${rollout.refresh}#start`,
    at: now,
    severity: 'info',
    fleet: rollout.fleet,
    title: `${rollout.fleet} is being refreshed to ${rollout.image}`,
    text: 'A newer machine image was found. Instances are replaced step by step; if that fails, the group rolls back.',
    toDo: 'Nothing. You are told how it ends.',
    look: lookAt.refreshes(rollout.group),
    facts: factsOf(rollout),
  };
}

interface End {
  readonly severity: Severity;
  readonly title: string;
  readonly text: string;
  readonly toDo: string;
}

const END: Readonly<Record<string, End>> = {
  Successful: {
    severity: 'info',
    title: 'runs',
    text: 'All its instances run the new image.',
    toDo: 'Nothing.',
  },
  RollbackSuccessful: {
    severity: 'error',
    title: 'went back from',
    text: 'The refresh failed and was rolled back: the fleet runs the image it had before. This image is not tried again.',
    toDo: 'In office hours: find why instances of the new image did not become healthy, and publish a newer one.',
  },
  RollbackFailed: {
    severity: 'error',
    title: 'is stuck half-way to',
    text: 'The refresh failed and so did its rollback: the fleet runs both images. Evenkeel does nothing more about it.',
    toDo: 'Now: decide which image is to run, name it in the launch template and start an instance refresh.',
  },
  Failed: {
    severity: 'error',
    title: 'could not be refreshed to',
    text: 'The refresh failed and the fleet may run both images. This image is not tried again.',
    toDo: 'Now: see which images run. For the one before on all, start an instance refresh with it.',
  },
  Cancelled: {
    severity: 'warning',
    title: 'was stopped on its way to',
    text: 'Somebody cancelled the refresh. What was replaced so far stays replaced, so that the fleet may run both images.',
    toDo: 'Nothing, if it was you.',
  },
};

const VANISHED: End = {
  severity: 'warning',
  title: 'is no longer watched on its way to',
  text: 'Auto Scaling no longer knows the refresh: its group was deleted, or the refresh is older than its records.',
  toDo: 'If the group still exists, see which image its instances run.',
};

/** @param status the last one AWS gave, or `unknown` where it gave none any more */
export function refreshEndedStory(
  rollout: Rollout,
  status: string,
  reason: string | undefined,
  now: Instant,
): Story {
  const end = END[status] ?? VANISHED;
  return {
    id: `refresh#${rollout.refresh}#end`,
    at: now,
    severity: end.severity,
    fleet: rollout.fleet,
    title: `${rollout.fleet} ${end.title} ${rollout.image}`,
    text: end.text,
    toDo: end.toDo,
    look: lookAt.refreshes(rollout.group),
    facts: [...factsOf(rollout), ...(reason === undefined ? [] : [{ name: 'Reason', value: reason }])],
  };
}

/** A newer image that cannot be rolled out; told once for each image. */
export function refreshRefusedStory(fleet: FleetName, image: string, reason: string, now: Instant): Story {
  return {
    id: `refresh-refused#${fleet}#${image}`,
    at: now,
    severity: 'warning',
    fleet,
    title: `${fleet} is not refreshed to ${image}`,
    text: `A newer machine image was found, but it cannot be rolled out: ${reason}. The fleet stays as it is, and this is told once for each image.`,
    toDo: 'In office hours: mend that. The image is then rolled out at the next time that the fleet has for it.',
    look: lookAt.fleet(fleet),
    facts: [{ name: 'New image', value: image }],
  };
}
