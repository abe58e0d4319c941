import type { FleetName, Instant, Severity, Story } from '../../domain/index.ts';

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
    facts: factsOf(rollout),
  };
}

interface End {
  readonly severity: Severity;
  readonly title: string;
  readonly text: string;
}

const END: Readonly<Record<string, End>> = {
  Successful: { severity: 'info', title: 'runs', text: 'All its instances run the new image.' },
  RollbackSuccessful: {
    severity: 'error',
    title: 'went back from',
    text: 'The refresh failed and was rolled back: the fleet runs the image it had before. This image is not tried again.',
  },
  RollbackFailed: {
    severity: 'error',
    title: 'is stuck between images at',
    text: 'The refresh failed and so did its rollback: the fleet runs both images. It needs a person.',
  },
  Failed: {
    severity: 'error',
    title: 'could not be refreshed to',
    text: 'The refresh failed and the fleet may run both images. This image is not tried again.',
  },
  Cancelled: {
    severity: 'warning',
    title: 'was stopped on its way to',
    text: 'Somebody cancelled the refresh. What was replaced so far stays replaced.',
  },
};

const VANISHED: End = {
  severity: 'warning',
  title: 'is no longer watched on its way to',
  text: 'Auto Scaling no longer knows the refresh: its group was deleted, or the refresh is older than its records.',
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
    text: `A newer machine image was found, but it cannot be rolled out: ${reason}.`,
    facts: [{ name: 'New image', value: image }],
  };
}
