import type { Fleet, Group, Instant, LifecycleAction } from '../../shared/domain/index.ts';
import { SECOND } from '../../shared/domain/index.ts';
import type {
  Balancers,
  CloudMap,
  CommandResult,
  Commands,
  Hooks,
  Probes,
} from '../../shared/ports/index.ts';
import type { ClockFake } from './clock-fake.ts';

/** The one instance that stands in a hook, and what happens around it. */
export interface HookWorldOptions {
  readonly heartbeatTimeout?: number;
  readonly transition?: 'launching' | 'terminating';
  /** Seconds from the beginning until the application answers. */
  readonly readyAfter?: number;
  /** Seconds that a command runs, and what it exits with. */
  readonly command?:
    { readonly takes: number; readonly exitCode: number; readonly output?: string } | 'unreachable';
  /** Target groups in which the instance is registered. */
  readonly registeredIn?: readonly string[];
  readonly deregistrationDelay?: number;
}

/** How long Cloud Map takes to do what it is asked for. */
const MAPPED = 12 * SECOND;

/** A service of AWS Cloud Map in memory, in which the instance may be registered. */
export class CloudMapFake implements CloudMap {
  isRegistered = false;
  /** Deregistrations that come to nothing. */
  failures = 0;
  readonly operations: string[] = [];
  #until = 0;
  #end: () => void = () => undefined;
  readonly #clock: ClockFake;

  constructor(clock: ClockFake) {
    this.#clock = clock;
  }

  /** A registration that is under way. */
  register(): void {
    this.#begin('register', () => (this.isRegistered = true));
  }

  async deregister(): Promise<string | undefined> {
    if (await this.isUnderWay()) return this.operations.at(-1);
    if (!this.isRegistered) return undefined;
    return this.#begin('deregister', () => {
      if (this.failures === 0) this.isRegistered = false;
      else this.failures--;
    });
  }

  #begin(what: string, end: () => void): string {
    this.#until = this.#clock.now() + MAPPED;
    this.#end = end;
    this.operations.push(`${what}-${this.operations.length}`);
    return this.operations.at(-1) ?? '';
  }

  async isUnderWay(): Promise<boolean> {
    if (this.#clock.now() < this.#until) return true;
    this.#end();
    this.#end = () => undefined;
    return false;
  }
}

/** A group with an instance in a lifecycle hook, as AWS would answer for it. */
export class HookWorld {
  readonly action: LifecycleAction;
  /** What the hook ended with, by whomever. */
  readonly completions: string[] = [];
  readonly sent: string[] = [];
  /** For how long each of them may run, in seconds. */
  readonly mayTake: (number | undefined)[] = [];
  /** Ids of commands by their comments. */
  readonly comments = new Map<string, string>();
  readonly suspended: Instant[] = [];
  readonly resumed: Instant[] = [];
  heartbeats = 0;
  ec2State: string | undefined = 'running';
  isHealthy = true;
  console = '';
  /** In its target groups, in flight in its queue, and what the application says of itself. */
  requests: number | undefined = 0;
  messages: number | undefined = 0;
  busy: { status: number; body: string; isRefused: boolean } = { status: 200, body: '0', isRefused: false };
  group: Group;
  lifecycle: string | undefined;
  readonly #clock: ClockFake;
  readonly #options: Required<Omit<HookWorldOptions, 'command'>> & Pick<HookWorldOptions, 'command'>;
  readonly #began: Instant;
  #expiresAt: Instant;
  readonly #drainedAt = new Map<string, Instant>();
  #commandEndsAt = Number.POSITIVE_INFINITY;
  /** By Systems Manager: it took too long. */
  #isEnded = false;

  constructor(clock: ClockFake, fleet: Fleet, options: HookWorldOptions = {}) {
    this.#clock = clock;
    this.cloudMap = new CloudMapFake(clock);
    this.#options = {
      heartbeatTimeout: 900,
      transition: 'terminating',
      readyAfter: 0,
      registeredIn: [],
      deregistrationDelay: 120,
      ...options,
    };
    this.#began = clock.now();
    this.#expiresAt = clock.now() + this.#options.heartbeatTimeout * SECOND;
    const isLaunch = this.#options.transition === 'launching';
    this.lifecycle = isLaunch ? 'Pending:Wait' : 'Terminating:Wait';
    this.action = { token: 'token-1', group: 'web-group', hook: 'evenkeel-hook', instance: 'i-1' };
    this.group = groupOf(fleet);
  }

  #isActive(): boolean {
    if (this.completions.length === 0 && this.#clock.now() > this.#expiresAt) this.#end('EXPIRED');
    return this.completions.length === 0;
  }

  #end(result: string): void {
    this.completions.push(result);
    const isLaunch = this.#options.transition === 'launching';
    if (isLaunch) this.lifecycle = result === 'CONTINUE' ? 'InService' : 'Terminating';
    else this.lifecycle = 'Terminating:Proceed';
  }

  readonly groups = {
    named: async (name: string) => (name === this.group.name ? this.group : undefined),
    ofInstance: async () => {
      this.#isActive();
      return this.lifecycle === undefined
        ? undefined
        : { group: this.group.name, lifecycle: this.lifecycle, isHealthy: this.isHealthy };
    },
    complete: async (_: LifecycleAction, result: 'CONTINUE' | 'ABANDON') => {
      if (!this.#isActive()) return 'gone' as const;
      this.#end(result);
      return 'done' as const;
    },
    suspendLaunch: async () => {
      if (this.group.suspendedProcesses.includes('Launch')) return;
      this.group = { ...this.group, suspendedProcesses: ['Launch'] };
      this.suspended.push(this.#clock.now());
    },
    resumeLaunch: async () => {
      if (!this.group.suspendedProcesses.includes('Launch')) return;
      this.group = { ...this.group, suspendedProcesses: [] };
      this.resumed.push(this.#clock.now());
    },
    heartbeat: async () => {
      if (!this.#isActive()) return 'gone' as const;
      this.heartbeats++;
      this.#expiresAt = this.#clock.now() + this.#options.heartbeatTimeout * SECOND;
      return 'done' as const;
    },
  };

  readonly hooks: Hooks = {
    of: async () => [
      {
        name: this.action.hook,
        transition: this.#options.transition,
        heartbeatTimeout: this.#options.heartbeatTimeout,
        globalTimeout: 100 * this.#options.heartbeatTimeout,
      },
    ],
  };

  readonly balancers: Balancers = {
    inFrontOf: async () => [],
    targetGroupsOf: async () =>
      this.#options.registeredIn.filter((arn) => this.targetState(arn) !== undefined),
    targetState: async (arn) => this.targetState(arn),
    deregister: async (arn) => {
      const delay = this.#options.deregistrationDelay * SECOND;
      if (!this.#drainedAt.has(arn)) this.#drainedAt.set(arn, this.#clock.now() + delay);
    },
  };

  /** Takes a target out of rotation; it has gone after so many seconds. */
  deregister(arn: string, seconds: number): void {
    this.#drainedAt.set(arn, this.#clock.now() + seconds * SECOND);
  }

  targetState(arn: string): string | undefined {
    if (!this.#options.registeredIn.includes(arn)) return undefined;
    const drainedAt = this.#drainedAt.get(arn);
    if (drainedAt === undefined) return 'healthy';
    return this.#clock.now() < drainedAt ? 'draining' : undefined;
  }

  readonly instances = {
    state: async () => this.ec2State,
    consoleTail: async () => this.console,
  };

  readonly metrics = { requestsPerTarget: async () => this.requests };

  readonly cloudMap: CloudMapFake;

  readonly queues = { inFlight: async () => this.messages };

  readonly commands: Commands = {
    find: async (_instance, comment) => this.comments.get(comment),
    send: async (_instance, command, comment, mayTake) => {
      const { command: options } = this.#options;
      if (options === undefined || options === 'unreachable') return undefined;
      this.sent.push(command);
      this.mayTake.push(mayTake);
      this.#isEnded = mayTake !== undefined && options.takes > mayTake;
      this.#commandEndsAt = this.#clock.now() + Math.min(options.takes, mayTake ?? Infinity) * SECOND;
      this.comments.set(comment, `command-${this.sent.length}`);
      return `command-${this.sent.length}`;
    },
    result: async (): Promise<CommandResult> => {
      const { command: options } = this.#options;
      if (options === undefined || options === 'unreachable')
        return { status: 'unreachable', reason: 'Undeliverable' };
      if (this.#clock.now() < this.#commandEndsAt) return { status: 'running' };
      return options.exitCode === 0 && !this.#isEnded
        ? { status: 'succeeded', output: options.output ?? '' }
        : { status: 'failed', exitCode: options.exitCode, output: options.output ?? '' };
    },
  };

  readonly probes: Probes = {
    get: async (_instance, _port, path) => {
      if (path === '/busy') return { ...this.busy, detail: `/busy answered ${this.busy.status}` };
      const isReady = this.#clock.now() >= this.#began + this.#options.readyAfter * SECOND;
      return isReady
        ? { status: 200, detail: '/ready answered 200' }
        : { status: 0, detail: '/ready did not answer' };
    },
  };
}

function groupOf(fleet: Fleet): Group {
  return {
    name: 'web-group',
    arn: 'arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:1:autoScalingGroupName/web-group',
    min: 2,
    max: 10,
    desired: 2,
    instances: [],
    targetGroupArns: ['own-target-group'],
    suspendedProcesses: [],
    tags: 'tag' in fleet.adopt ? { [fleet.adopt.tag.key]: fleet.adopt.tag.value } : {},
    launchTemplate: { id: 'lt-1', version: '1' },
  };
}
