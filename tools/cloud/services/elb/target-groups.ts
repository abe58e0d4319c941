import type { CreateTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { arn, AwsError, validationError, type Kernel } from '../../kernel/index.ts';
import type { Ec2Service } from '../ec2/api.ts';
import { settingsFrom, TargetGroupRecord } from './target-group.ts';
import type { Tags } from './tags.ts';

/** All target groups, by ARN. */
export class TargetGroups {
  readonly #kernel: Kernel;
  readonly #ec2: Pick<Ec2Service, 'hasVpc'>;
  readonly #tags: Tags;
  readonly #byArn = new Map<string, TargetGroupRecord>();

  constructor(kernel: Kernel, ec2: Pick<Ec2Service, 'hasVpc'>, tags: Tags) {
    this.#kernel = kernel;
    this.#ec2 = ec2;
    this.#tags = tags;
  }

  /** The groups and their targets as they are now, which nothing changes any more. */
  copy(): TargetGroups {
    const copy = new TargetGroups(this.#kernel, this.#ec2, this.#tags);
    for (const [arn, group] of this.#byArn) copy.#byArn.set(arn, group.copy());
    return copy;
  }

  /** A group of the same name and settings is given back as it is; another of the same name is refused. */
  create(input: CreateTargetGroupInput): TargetGroupRecord {
    const name = checkedName(input.Name);
    if (input.TargetType === 'lambda' || input.TargetType === 'alb')
      throw validationError(`Target type '${input.TargetType}' is not supported by the local cloud`);
    if (input.VpcId === undefined || input.Port === undefined)
      throw validationError('A VPC ID and a port must be specified');
    if (!this.#ec2.hasVpc(input.VpcId)) throw validationError(`The VPC ID '${input.VpcId}' is not found`);
    const settings = settingsFrom(input);
    const namesake = [...this.#byArn.values()].find((group) => group.name === name);
    if (namesake !== undefined) {
      if (JSON.stringify(namesake.settings) === JSON.stringify(settings)) return namesake;
      throw new AwsError(
        'DuplicateTargetGroupNameException',
        `A target group with the same name '${name}' exists, but with different settings`,
      );
    }
    const id = this.#kernel.ids.hex(16);
    const group = new TargetGroupRecord(
      arn(this.#kernel.account, 'elasticloadbalancing', `targetgroup/${name}/${id}`),
      name,
      settings,
    );
    this.#tags.begin(group.arn, input.Tags);
    this.#byArn.set(group.arn, group);
    return group;
  }

  /** @throws AwsError TargetGroupNotFoundException */
  get(targetGroupArn: string | undefined): TargetGroupRecord {
    const group = this.#byArn.get(targetGroupArn ?? '');
    if (group === undefined)
      throw new AwsError('TargetGroupNotFoundException', `Target groups '${targetGroupArn ?? ''}' not found`);
    return group;
  }

  has(targetGroupArn: string): boolean {
    return this.#byArn.has(targetGroupArn);
  }

  named(name: string): TargetGroupRecord {
    const group = [...this.#byArn.values()].find((one) => one.name === name);
    if (group === undefined)
      throw new AwsError('TargetGroupNotFoundException', `Target groups '[${name}]' not found`);
    return group;
  }

  values(): IterableIterator<TargetGroupRecord> {
    return this.#byArn.values();
  }

  /** @throws AwsError ResourceInUseException while a listener or rule forwards to it */
  delete(targetGroupArn: string | undefined): void {
    const group = this.#byArn.get(targetGroupArn ?? '');
    if (group === undefined) return;
    if (group.loadBalancerArns.length > 0)
      throw new AwsError(
        'ResourceInUseException',
        `Target group '${group.arn}' is currently in use by a listener or a rule`,
      );
    for (const target of group.targets.values()) target.callOff();
    this.#byArn.delete(group.arn);
    this.#tags.end(group.arn);
  }
}

/** Names are at most 32 letters, digits and hyphens, with none of these at either end. */
export function checkedName(name: string | undefined): string {
  if (name === undefined || !/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(name))
    throw validationError(
      `The name '${name ?? ''}' must be 1 to 32 letters, digits and hyphens, and must not begin or end with a hyphen`,
    );
  return name;
}
