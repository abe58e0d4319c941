import type { Instant, Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import type { Schedule, ScheduleSettings } from './schedule.ts';

/** The account's schedules, each with its next invocation on the clock. */
export class Schedules {
  readonly #kernel: Kernel;
  readonly #invoke: (schedule: Schedule, scheduledTime: Instant) => void;
  readonly #byKey = new Map<string, Schedule>();

  /** @param invoke  told when a schedule is due */
  constructor(kernel: Kernel, invoke: (schedule: Schedule, scheduledTime: Instant) => void) {
    this.#kernel = kernel;
    this.#invoke = invoke;
  }

  /** @throws AwsError ConflictException */
  create(group: string, name: string, settings: ScheduleSettings): Schedule {
    if (this.#byKey.has(keyOf(group, name))) {
      throw new AwsError('ConflictException', `Schedule ${name} already exists.`, { status: 409 });
    }
    const now = this.#kernel.clock.now();
    const schedule: Schedule = {
      name,
      group,
      arn: arn(this.#kernel.account, 'scheduler', `schedule/${group}/${name}`),
      createdAt: now,
      modifiedAt: now,
      settings,
    };
    this.#byKey.set(keyOf(group, name), schedule);
    this.#scheduleAfter(schedule, now);
    return schedule;
  }

  update(schedule: Schedule, settings: ScheduleSettings): void {
    const now = this.#kernel.clock.now();
    schedule.settings = settings;
    schedule.modifiedAt = now;
    this.#scheduleAfter(schedule, now);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(group: string, name: string): Schedule {
    const schedule = this.#byKey.get(keyOf(group, name));
    if (schedule !== undefined) return schedule;
    throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, { status: 404 });
  }

  delete(schedule: Schedule): void {
    schedule.cancel?.();
    this.#byKey.delete(keyOf(schedule.group, schedule.name));
  }

  all(): Schedule[] {
    return [...this.#byKey.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #scheduleAfter(schedule: Schedule, after: Instant): void {
    schedule.cancel?.();
    delete schedule.cancel;
    const { settings } = schedule;
    if (settings.state === 'DISABLED') return;
    const next = nextInvocation(settings, after);
    if (next === undefined) return;
    const lateBy = Math.floor(this.#kernel.ids.random() * settings.window);
    schedule.cancel = this.#kernel.clock.at(next + lateBy, () => this.#due(schedule, next));
  }

  #due(schedule: Schedule, scheduledTime: Instant): void {
    this.#invoke(schedule, scheduledTime);
    this.#scheduleAfter(schedule, scheduledTime);
    const isOver = schedule.cancel === undefined;
    if (isOver && schedule.settings.actionAfterCompletion === 'DELETE') this.delete(schedule);
  }
}

function keyOf(group: string, name: string): string {
  return `${group}/${name}`;
}

/** The first time after `after` that lies between the schedule's start and its end. */
function nextInvocation(
  { timetable, startDate, endDate }: ScheduleSettings,
  after: Instant,
): Instant | undefined {
  const from = startDate === undefined ? after : Math.max(after, startDate - 1);
  const next = timetable.next(from);
  return next === undefined || (endDate !== undefined && next > endDate) ? undefined : next;
}
