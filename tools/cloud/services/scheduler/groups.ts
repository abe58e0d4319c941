import type { Instant, Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';

export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Instant;
  readonly tags: Map<string, string>;
}

export const DEFAULT_GROUP = 'default';

/** The account's schedule groups; `default` is always there. */
export class ScheduleGroups {
  readonly #kernel: Kernel;
  readonly #byName = new Map<string, ScheduleGroup>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.create(DEFAULT_GROUP, new Map());
  }

  /** @throws AwsError ConflictException */
  create(name: string, tags: Map<string, string>): ScheduleGroup {
    if (this.#byName.has(name)) {
      throw new AwsError('ConflictException', `Schedule group ${name} already exists.`, { status: 409 });
    }
    const group: ScheduleGroup = {
      name,
      arn: arn(this.#kernel.account, 'scheduler', `schedule-group/${name}`),
      createdAt: this.#kernel.clock.now(),
      tags,
    };
    this.#byName.set(name, group);
    return group;
  }

  /** @throws AwsError ResourceNotFoundException */
  get(name: string | undefined): ScheduleGroup {
    const group = this.#byName.get(name ?? DEFAULT_GROUP);
    if (group !== undefined) return group;
    throw notFound(name ?? '');
  }

  /** @throws AwsError ResourceNotFoundException */
  byArn(groupArn: string | undefined): ScheduleGroup {
    const group = this.all().find((one) => one.arn === groupArn);
    if (group !== undefined) return group;
    throw notFound(groupArn ?? '');
  }

  /** @throws AwsError ValidationException for the default group */
  delete(group: ScheduleGroup): void {
    if (group.name === DEFAULT_GROUP) {
      throw new AwsError('ValidationException', 'The default schedule group cannot be deleted.');
    }
    this.#byName.delete(group.name);
  }

  all(): ScheduleGroup[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function notFound(name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, { status: 404 });
}
