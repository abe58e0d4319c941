import type { Stage } from '../stage.ts';
import type { Deed, Scenario, Wait } from './scenario.ts';
import { closedDoor, lostWayOut, movedPort, slowPages, wrongHealthPath, type Fault } from './web-faults.ts';

const FLEETS = 'examples/web/fleets.yml';
const RECIPE = 'examples/web/recipe.yml';

const MINUTE = 60_000;
const HOUR = 3600;

/** How long a fault stands before somebody asks why the site is down, and how long they wait to ask again. */
const UNTIL_ASKED = 0.75 * MINUTE;
const ASKED_AGAIN = MINUTE / 4;
const TIMES_ASKED = 24;
/** How long the fleet takes to be well again: what was replaced meanwhile has to boot. */
const UNTIL_WELL = 15 * MINUTE;

/**
 * An image is taken of a running instance and rolled out. Then five things are done wrong, one after the other, each of
 * which makes the load balancer answer 504 or 502: doctor names each, and it is mended.
 */
export const web: Scenario = {
  name: 'web',
  description: 'an image of a running instance is rolled out; doctor names five causes of a 504',
  setting: { profile: 'web', fleet: 'web', fleets: FLEETS, params: { fleets: FLEETS } },
  hours: 7,
  peak: 160,
  entries: () => [],
  opened: async ({ cloud }) => {
    cloud.applications.configure({ port: 80 });
    return Promise.resolve({ close: () => undefined });
  },
  deeds: () => [
    {
      at: 1200,
      says: `npx evenkeel bake ${RECIPE} --from one of the instances`,
      does: async (stage, wait) => {
        const { Instances: [instance] = [] } = await stage.group();
        await stage.bake(RECIPE, instance?.InstanceId ?? '', wait);
      },
    },
    askedInVain(0.9 * HOUR),
    suffered(closedDoor, 1 * HOUR),
    suffered(wrongHealthPath, 1.75 * HOUR),
    suffered(movedPort, 2.5 * HOUR),
    suffered(slowPages, 4.75 * HOUR),
    suffered(lostWayOut, 5.5 * HOUR),
    askedInVain(6.9 * HOUR),
  ],
  isRemoved: true,
};

/** A fleet that is well: doctor finds nothing. */
function askedInVain(at: number): Deed {
  return {
    at,
    says: 'npx evenkeel doctor: nothing wrong',
    does: async (stage) => {
      await stage.evenkeel(['doctor', '--fleet', 'web', '--config', FLEETS]);
    },
  };
}

/** A fault is made, found by doctor, and mended, after which doctor finds nothing any more. */
function suffered(fault: Fault, at: number): Deed {
  return {
    at,
    says: fault.says,
    does: async (stage, wait) => {
      await fault.make(stage);
      try {
        await found(fault.code, stage, wait);
      } finally {
        await fault.mend(stage);
      }
      await recovered(stage, wait);
    },
  };
}

/** Asks until doctor puts a cause first. @throws Error with what it said, when it never does */
async function found(code: string, stage: Stage, wait: Wait): Promise<void> {
  await wait(UNTIL_ASKED);
  let said = '';
  for (let times = 0; times < TIMES_ASKED; times++) {
    const { findings } = await asked(stage);
    if (findings[0]?.code === code) {
      stage.say(`npx evenkeel doctor: ${findings[0].verdict}`);
      return;
    }
    said = findings.map((finding) => finding.code).join(', ') || 'nothing';
    await wait(ASKED_AGAIN);
  }
  throw new Error(`doctor says ${said}, not ${code}`);
}

async function recovered(stage: Stage, wait: Wait): Promise<void> {
  await wait(UNTIL_WELL);
  const { findings } = await asked(stage);
  if (findings.length > 0)
    throw new Error(`doctor still says ${findings.map(({ code }) => code).join(', ')}`);
}

interface Said {
  readonly findings: readonly { readonly code: string; readonly verdict: string }[];
}

async function asked(stage: Stage): Promise<Said> {
  const answer = await stage.evenkeel(['doctor', '--fleet', 'web', '--config', FLEETS, '--json'], [0, 1]);
  return JSON.parse(answer) as Said;
}
