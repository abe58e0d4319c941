import { arn, AwsError, type Kernel } from '../../kernel/index.ts';
import { startOf } from '../../weather/fleet/launches.ts';
import type { InstanceState, InstanceTimes, InstanceRecord, StateChange } from './api.ts';
import type { Instance } from './instance.ts';
import type { Tags } from './tags.ts';

const SECOND = 1000;
/** How long EC2 keeps a terminated instance visible. */
const RECORD_KEPT_MS = 60 * 60 * SECOND;

const DEFAULT_TIMES: InstanceTimes = {
  pending: { least: 20, most: 40 },
  boot: 180,
  restart: 90,
  resume: 45,
  shutdown: 30,
};

export interface StateReason {
  readonly Code: string;
  readonly Message: string;
}

const USER_REQUEST = (what: string): StateReason => ({
  Code: `Client.UserInitiated${what}`,
  Message: `Client.UserInitiated${what}: User initiated ${what.toLowerCase()}`,
});

/** All instances on record, and the changes of their states on the clock. */
export class Instances {
  times: InstanceTimes = DEFAULT_TIMES;
  readonly #kernel: Kernel;
  readonly #tags: Tags;
  readonly #byId = new Map<string, Instance>();
  readonly #stateListeners: ((change: StateChange) => void)[] = [];
  readonly #disturbanceListeners: ((instance: InstanceRecord) => void)[] = [];

  constructor(kernel: Kernel, tags: Tags) {
    this.#kernel = kernel;
    this.#tags = tags;
  }

  /** The instances as they are now, which nothing changes any more. */
  copy(): Instances {
    const copy = new Instances(this.#kernel, this.#tags);
    for (const [id, instance] of this.#byId) copy.#byId.set(id, instance.copy());
    return copy;
  }

  onStateChange(listener: (change: StateChange) => void): void {
    this.#stateListeners.push(listener);
  }

  onDisturbance(listener: (instance: InstanceRecord) => void): void {
    this.#disturbanceListeners.push(listener);
  }

  find(id: string): Instance | undefined {
    return this.#byId.get(id);
  }

  /** @throws AwsError InvalidInstanceID.NotFound, InvalidInstanceID.Malformed */
  get(id: string): Instance {
    const instance = this.#byId.get(id);
    if (instance !== undefined) return instance;
    if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
      throw new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);
    throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
  }

  values(): IterableIterator<Instance> {
    return this.#byId.values();
  }

  /** Takes a new instance on record and starts it. */
  start(instance: Instance): void {
    this.#byId.set(instance.id, instance);
    this.#boot(instance, undefined);
  }

  terminate(id: string, cause?: string): void {
    const instance = this.#byId.get(id);
    if (instance === undefined || instance.isGone) return;
    instance.stateReason = USER_REQUEST('Shutdown');
    this.#move(instance, 'shutting-down', cause);
    this.#later(instance, this.times.shutdown, () => this.#end(instance, cause));
  }

  /** @throws AwsError IncorrectInstanceState, UnsupportedHibernationConfiguration */
  stop(id: string, { hibernates = false, cause }: { hibernates?: boolean; cause?: string } = {}): void {
    const instance = this.get(id);
    if (instance.state === 'stopped' || instance.state === 'stopping') return;
    requireState(instance, ['pending', 'running'], 'stopped');
    if (hibernates && !instance.facts.canHibernate)
      throw new AwsError(
        'UnsupportedHibernationConfiguration',
        `The instance '${id}' is not configured for hibernation.`,
      );
    const now = this.#kernel.clock.now();
    const wasReady = instance.readyAt !== undefined && instance.readyAt <= now;
    if (wasReady) instance.nextStart = hibernates ? 'resume' : 'restart';
    instance.stateReason = USER_REQUEST('Shutdown');
    instance.readyAt = undefined;
    this.#move(instance, 'stopping', cause);
    this.#later(instance, this.times.shutdown, () => this.#move(instance, 'stopped', cause));
  }

  restart(id: string): void {
    const instance = this.get(id);
    if (instance.state === 'running' || instance.state === 'pending') return;
    requireState(instance, ['stopped'], 'started');
    instance.stateReason = undefined;
    instance.isImpaired = false;
    this.#boot(instance, undefined);
    instance.nextStart = 'boot';
  }

  reboot(id: string): void {
    const instance = this.get(id);
    requireState(instance, ['running', 'pending'], 'rebooted');
    instance.isImpaired = false;
    instance.readyAt = this.#readyAfter(instance, this.times.boot);
    this.#disturb(instance);
  }

  /** Dead at once, as when the host under it fails. */
  kill(id: string, cause: string): void {
    const instance = this.get(id);
    if (instance.state === 'terminated') return;
    instance.stateReason = { Code: 'Server.InternalError', Message: 'Server.InternalError: Internal error' };
    this.#end(instance, cause);
  }

  impair(id: string): void {
    const instance = this.get(id);
    requireState(instance, ['running', 'pending'], 'impaired');
    instance.isImpaired = true;
    this.#disturb(instance);
  }

  recover(id: string): void {
    const instance = this.#byId.get(id);
    if (instance?.isImpaired !== true || instance.isGone) return;
    instance.isImpaired = false;
    this.#disturb(instance);
  }

  #boot(instance: Instance, cause: string | undefined): void {
    const { least, most } = this.times.pending;
    const { stuck, factor } = startOf(this.#kernel, instance);
    const bootSeconds = stuck / SECOND + this.times[instance.nextStart] * factor;
    instance.readyAt = this.#readyAfter(instance, bootSeconds);
    if (instance.facts.imageFault === 'never-boots') instance.isImpaired = true;
    this.#move(instance, 'pending', cause);
    const pending = Math.round(least + (most - least) * this.#kernel.ids.random()) * factor;
    if (stuck === Infinity) return;
    this.#later(instance, stuck / SECOND + pending, () => this.#move(instance, 'running', cause));
  }

  #readyAfter(instance: Instance, seconds: number): number | undefined {
    const isReadyEver = instance.facts.imageFault === undefined && seconds !== Infinity;
    return isReadyEver ? this.#kernel.clock.now() + seconds * SECOND : undefined;
  }

  #end(instance: Instance, cause: string | undefined): void {
    instance.pendingChange?.();
    this.#move(instance, 'terminated', cause);
    this.#kernel.clock.after(RECORD_KEPT_MS, () => this.#forget(instance.id));
  }

  #forget(id: string): void {
    this.#byId.delete(id);
    this.#tags.clear(id);
  }

  #later(instance: Instance, seconds: number, change: () => void): void {
    instance.pendingChange?.();
    instance.pendingChange = this.#kernel.clock.after(seconds * SECOND, change);
  }

  #move(instance: Instance, to: InstanceState, cause: string | undefined): void {
    const from = to === 'pending' && instance.state === 'pending' ? undefined : instance.state;
    instance.state = to;
    instance.stateSince = this.#kernel.clock.now();
    if (to !== 'pending' && to !== 'running') instance.readyAt = undefined;
    this.#journal(instance, cause);
    this.#kernel.events.emit({
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      resources: [arn(this.#kernel.account, 'ec2', `instance/${instance.id}`)],
      detail: { 'instance-id': instance.id, state: to },
    });
    for (const listener of this.#stateListeners) listener({ instance, from, to, cause });
  }

  #journal(instance: Instance, cause: string | undefined): void {
    const { id, group, zone, imageId, state } = instance;
    this.#kernel.journal.record({
      kind: 'instance',
      id,
      zone,
      image: imageId,
      state,
      ...(group === undefined ? {} : { group }),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  #disturb(instance: Instance): void {
    for (const listener of this.#disturbanceListeners) listener(instance);
  }
}

function requireState(instance: Instance, allowed: readonly InstanceState[], done: string): void {
  if (!allowed.includes(instance.state))
    throw new AwsError(
      'IncorrectInstanceState',
      `The instance '${instance.id}' is not in a state from which it can be ${done}.`,
    );
}
