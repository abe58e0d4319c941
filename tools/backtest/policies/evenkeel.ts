import { parseFleets } from '../../../shared/config/fleets.ts';
import type { Activity, Decision, Fleet, Group, GroupInstance } from '../../../shared/domain/index.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import type { TimedValue, World } from '../../../shared/policy/scaling/index.ts';
import { decideCapacity } from '../../../shared/policy/scaling/index.ts';
import type { Pilot, PolicyFamily, Seen } from '../policy.ts';
import type { Setting } from '../setting.ts';
import { usefulLoad } from '../setting.ts';

/** As far back as the control plane reads the ledger and the metrics when it decides. */
const HISTORY = 61;
const SAMPLES = 10;

/**
 * Evenkeel: the policy of production, by the one entry that the Lambda calls too, on fleets.yml's defaults and what the
 * setting says of budget and head-room. It is told what AWS would tell: a group of instances and their states, the metric
 * of the last minutes per instance, its own decisions. Nothing is fitted to a load, and nothing is known before the first
 * minute.
 *
 * The knob is the budget of violation minutes.
 */
export const evenkeel: PolicyFamily = {
  name: 'evenkeel',
  knob: {
    name: 'violation budget, %',
    standard: 1,
    sweep: [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 8, 12, 20],
  },
  at(position) {
    return {
      name: 'evenkeel',
      start: (setting) => pilot(position === undefined ? setting : { ...setting, budget: position / 100 }),
    };
  },
};

function pilot(setting: Setting): Pilot {
  const fleet = fleetOf(setting);
  const instances = new InstancePool();
  const samples: TimedValue[] = [];
  let history: readonly Decision[] = [];
  return {
    decide(seen) {
      note(samples, seen);
      const world: World = {
        group: groupOf(seen, setting, instances),
        samples: new Map([[SIGNAL, samples]]),
        highAlarms: [],
        activities: NO_ACTIVITIES,
        isRefreshing: false,
        history,
      };
      const decision = decideCapacity({ world, fleet, now: seen.at }, OCCASION);
      history = [decision, ...history.slice(0, HISTORY - 1)];
      return decision.to;
    },
  };
}

const SIGNAL = 'load';
const OCCASION = { id: 'backtest', cause: 'backtest' };
const NO_ACTIVITIES: readonly Activity[] = [];

/** The fleet as a user would write it, read by what reads fleets.yml. */
function fleetOf(setting: Setting): Fleet {
  const percent = (share: number) => `${Number((100 * share).toPrecision(12))}%`;
  const parsed = parseFleets({
    fleets: {
      backtest: {
        adopt: { group: 'backtest' },
        scaling: {
          violations: percent(setting.budget),
          headroom: { 'at-most': percent(setting.headroomAtMost) },
          signals: { [SIGNAL]: { metric: 'alb-requests-per-target', useful: usefulLoad(setting) } },
        },
      },
    },
  });
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  const [fleet] = parsed.configuration.fleets;
  if (fleet === undefined) throw new Error('no fleet was read');
  return fleet;
}

/** The newest minute that can be read joins the last ones. */
function note(samples: TimedValue[], { metric, measuredMinute, minute, at }: Seen): void {
  if (Number.isNaN(metric)) return;
  samples.push({ at: at - (minute - measuredMinute) * MINUTE, value: metric });
  if (samples.length > SAMPLES) samples.shift();
}

function groupOf(seen: Seen, { min, max }: Setting, instances: InstancePool): Group {
  return {
    name: 'backtest',
    arn: 'arn:aws:autoscaling:::autoScalingGroup::autoScalingGroupName/backtest',
    min,
    max,
    desired: seen.desired,
    instances: instances.of(seen),
    targetGroupArns: [],
    suspendedProcesses: [],
    tags: {},
  };
}

/** Instances by their number in each state: made once, and listed anew only when a number has changed. */
class InstancePool {
  readonly #byState: Readonly<Record<string, GroupInstance[]>> = {
    InService: [],
    Pending: [],
    'Terminating:Wait': [],
  };
  #key = '';
  #listed: readonly GroupInstance[] = [];

  of({ inService, booting, draining }: Seen): readonly GroupInstance[] {
    const key = `${inService},${booting},${draining}`;
    if (key !== this.#key) {
      this.#key = key;
      this.#listed = [
        ...this.#some('InService', inService),
        ...this.#some('Pending', booting),
        ...this.#some('Terminating:Wait', draining),
      ];
    }
    return this.#listed;
  }

  #some(lifecycle: string, count: number): GroupInstance[] {
    const made = this.#byState[lifecycle] ?? [];
    while (made.length < count) made.push(instance(lifecycle, made.length));
    return made.slice(0, count);
  }
}

const ZONES = ['a', 'b', 'c'];

function instance(lifecycle: string, number: number): GroupInstance {
  return {
    id: `i-${lifecycle.slice(0, 1).toLowerCase()}${number.toString(16).padStart(16, '0')}`,
    zone: ZONES[number % ZONES.length] ?? 'a',
    lifecycle,
    isHealthy: true,
    isProtected: false,
    launchTemplateVersion: '1',
  };
}
