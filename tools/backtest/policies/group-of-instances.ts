import type { Activity, Decision, Group, GroupInstance, Instant } from '../../../shared/domain/index.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import type { Seen } from '../policy.ts';
import type { Setting } from '../setting.ts';
import { minutesOf } from '../setting.ts';

/** An instance that goes over to something else at an instant: into service, or away. */
interface Passing {
  readonly until: Instant;
  readonly instance: GroupInstance;
}

/** For how long an activity is told of after it has ended: past the oldest sample that a decision still takes in. */
const TOLD = 5 * MINUTE;

const ZONES = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'];

/** The group of a backtest as AWS would describe it: instances by name, and the activities that moved them. */
export class GroupOfInstances {
  readonly #setting: Setting;
  readonly #boot: number;
  readonly #drain: number;
  #launched = 0;
  #serving: GroupInstance[] = [];
  #booting: Passing[] = [];
  #draining: Passing[] = [];
  /** Newest first. */
  #activities: readonly Activity[] = [];
  /** What `describe` gives, as long as nothing has moved. */
  #instances: readonly GroupInstance[] | undefined;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#boot = minutesOf(setting.boot) * MINUTE;
    this.#drain = minutesOf(setting.drain) * MINUTE;
  }

  /** Lets time pass until a look. @throws Error when the simulation has come to other numbers */
  passUntil({ at, inService, booting, draining }: Seen): void {
    if (this.#launched === 0)
      this.#serving = Array.from({ length: inService }, () => this.#made('InService'));
    this.#endBoots(at);
    this.#endDrains(at);
    if (this.#activities.some((activity) => isOld(activity, at)))
      this.#activities = this.#activities.filter((activity) => !isOld(activity, at));
    if (
      this.#serving.length !== inService ||
      this.#booting.length !== booting ||
      this.#draining.length !== draining
    ) {
      throw new Error(`the group at ${at} is not the one that is simulated`);
    }
  }

  get activities(): readonly Activity[] {
    return this.#activities;
  }

  describe(desired: number): Group {
    this.#instances ??= [
      ...this.#serving,
      ...this.#booting.map(({ instance }) => instance),
      ...this.#draining.map(({ instance }) => instance),
    ];
    const { min, max } = this.#setting;
    return {
      name: 'backtest',
      arn: 'arn:aws:autoscaling:::autoScalingGroup::autoScalingGroupName/backtest',
      min,
      max,
      desired,
      instances: this.#instances,
      targetGroupArns: [],
      suspendedProcesses: [],
      tags: {},
    };
  }

  /** What the simulation does with a decision, by name. */
  carryOut({ from, to, victims, at }: Decision): void {
    for (let count = from; count < to; count++) this.#launch(at);
    if (to < from) this.#terminate(from - to, new Set(victims), at);
  }

  #launch(at: Instant): void {
    this.#instances = undefined;
    this.#booting.push({ until: at + this.#boot, instance: this.#made('Pending') });
    this.#endBoots(at);
  }

  /** Such as boot first, the newest first; then those that were chosen. */
  #terminate(count: number, victims: ReadonlySet<string>, at: Instant): void {
    this.#instances = undefined;
    const cancelled = this.#booting.splice(Math.max(0, this.#booting.length - count));
    const chosen = this.#serving
      .toSorted((one, other) => Number(victims.has(other.id)) - Number(victims.has(one.id)))
      .slice(0, count - cancelled.length);
    const leaving = new Set(chosen);
    this.#serving = this.#serving.filter((instance) => !leaving.has(instance));
    const started = chosen.map((instance) => termination(instance, at));
    this.#activities = [...started, ...this.#activities];
    for (const instance of [...cancelled.map((one) => one.instance), ...chosen])
      this.#draining.push({
        until: at + this.#drain,
        instance: { ...instance, lifecycle: 'Terminating:Wait' },
      });
    this.#endDrains(at);
  }

  #endBoots(at: Instant): void {
    while ((this.#booting[0]?.until ?? Infinity) <= at) {
      const ready = this.#booting.shift();
      if (ready === undefined) break;
      this.#instances = undefined;
      this.#serving.push({ ...ready.instance, lifecycle: 'InService' });
      this.#activities = [launch(ready, this.#boot), ...this.#activities];
    }
  }

  #endDrains(at: Instant): void {
    while ((this.#draining[0]?.until ?? Infinity) <= at) {
      this.#draining.shift();
      this.#instances = undefined;
    }
  }

  #made(lifecycle: string): GroupInstance {
    const number = this.#launched++;
    return {
      id: `i-${number.toString(16).padStart(17, '0')}`,
      zone: ZONES[number % ZONES.length] ?? '',
      lifecycle,
      isHealthy: true,
      isProtected: false,
      launchTemplateVersion: '1',
    };
  }
}

function launch({ instance, until }: Passing, boot: number): Activity {
  return {
    id: `launch-${instance.id}`,
    status: 'Successful',
    description: `Launching a new EC2 instance: ${instance.id}`,
    startedAt: until - boot,
    endedAt: until,
  };
}

function termination({ id }: GroupInstance, at: Instant): Activity {
  return {
    id: `termination-${id}`,
    status: 'InProgress',
    description: `Terminating EC2 instance: ${id}`,
    startedAt: at,
  };
}

/** What it tells of happened too long ago: a launch when it ended, a termination when it began. */
function isOld({ startedAt, endedAt }: Activity, now: Instant): boolean {
  return now - (endedAt ?? startedAt) > TOLD;
}
