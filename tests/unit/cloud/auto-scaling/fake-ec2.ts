import type { ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Kernel } from '../../../../tools/cloud/kernel/index.ts';
import { AwsError } from '../../../../tools/cloud/kernel/index.ts';
import type { Ec2Port } from '../../../../tools/cloud/services/auto-scaling/ports.ts';
import type {
  InstanceRecord,
  InstanceState,
  LaunchRequest,
  StateChange,
  TemplateSpec,
} from '../../../../tools/cloud/services/ec2/api.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export const BOOT_SECONDS = 20;
export const SHUTDOWN_SECONDS = 10;

/** EC2 as far as Auto Scaling knows it: one launch template `web` with versions, subnets named after their zone. */
export class FakeEc2 implements Ec2Port {
  readonly #kernel: Kernel;
  readonly #instances = new Map<string, Mutable<InstanceRecord>>();
  readonly #listeners: ((change: StateChange) => void)[] = [];
  readonly launches: LaunchRequest[] = [];
  readonly tags: (readonly [string, ReadonlyMap<string, string>])[] = [];
  versions = 1;
  /** What a launch in a zone fails with; the zone `*` stands for all. */
  readonly failures = new Map<string, AwsError>();
  /** On demand, by type; else 1. */
  readonly prices = new Map<string, number>();
  /** By type, or by type and zone. */
  readonly pools = new Map<string, { price: number; depth: number }>();
  /** What starting a stopped instance fails with. */
  startFailure: AwsError | undefined;
  /** Beside the image, what every version of the template says. */
  template: ResponseLaunchTemplateData = {};
  /** Instance types that no zone has. */
  readonly missingTypes = new Set<string>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  launch(request: LaunchRequest): InstanceRecord {
    this.launches.push(request);
    const zone = this.zoneOfSubnet(request.subnetId);
    const instanceType = request.overrides?.instanceType ?? 't4g.small';
    const failure = this.failures.get(zone) ?? this.failures.get('*');
    if (failure !== undefined) throw failure;
    if (this.missingTypes.has(instanceType)) throw new AwsError('InsufficientInstanceCapacity', 'none left');
    const version = Number(request.launchTemplate.version);
    const { clock, ids } = this.#kernel;
    const record: Mutable<InstanceRecord> = {
      id: `i-${ids.hex(17)}`,
      imageId: `ami-${version}`,
      instanceType,
      architecture: 'arm64',
      vpcId: 'vpc-1',
      subnetId: request.subnetId,
      zone,
      privateIp: '10.0.0.1',
      market: request.market ?? 'on-demand',
      launchedAt: clock.now(),
      readyAt: undefined,
      state: 'pending',
      hasDetailedMonitoring: false,
      stateSince: clock.now(),
      isImpaired: false,
      tags: request.tags,
      group: request.tags.get('aws:autoscaling:groupName'),
      instanceProfile: undefined,
      launchTemplate: { id: 'lt-1', version },
    };
    this.#instances.set(record.id, record);
    clock.after(BOOT_SECONDS * 1000, () => {
      if (record.state === 'pending') this.change(record.id, 'running');
    });
    return record;
  }

  terminate(id: string): void {
    const state = this.#instances.get(id)?.state;
    if (state === undefined || state === 'shutting-down' || state === 'terminated') return;
    this.change(id, 'shutting-down');
    this.#kernel.clock.after(SHUTDOWN_SECONDS * 1000, () => this.change(id, 'terminated'));
  }

  stop(id: string): void {
    this.change(id, 'stopping');
    this.#kernel.clock.after(SHUTDOWN_SECONDS * 1000, () => {
      if (this.#instances.get(id)?.state === 'stopping') this.change(id, 'stopped');
    });
  }

  start(id: string): void {
    if (this.startFailure !== undefined) throw this.startFailure;
    this.change(id, 'pending');
    this.#kernel.clock.after(BOOT_SECONDS * 1000, () => this.change(id, 'running'));
  }

  onDemandPrice(instanceType: string): number {
    return this.prices.get(instanceType) ?? 1;
  }

  spotPool(instanceType: string, zone: string) {
    return (
      this.pools.get(`${instanceType} ${zone}`) ?? this.pools.get(instanceType) ?? { price: 0.3, depth: 0.5 }
    );
  }

  /** The outside world ends or stops the instance. */
  change(id: string, to: InstanceState): void {
    const record = this.#instances.get(id);
    if (record === undefined) throw new Error(`no instance ${id}`);
    const from = record.state;
    record.state = to;
    for (const listener of this.#listeners) listener({ instance: record, from, to, cause: undefined });
  }

  impair(id: string): void {
    const record = this.#instances.get(id);
    if (record !== undefined) record.isImpaired = true;
  }

  instance(id: string): InstanceRecord | undefined {
    return this.#instances.get(id);
  }

  running(): InstanceRecord[] {
    return [...this.#instances.values()].filter(({ state }) => state === 'running');
  }

  onStateChange(listener: (change: StateChange) => void): void {
    this.#listeners.push(listener);
  }

  isImpaired(id: string): boolean {
    return this.#instances.get(id)?.isImpaired ?? false;
  }

  resolveTemplate({ id, name, version }: TemplateSpec) {
    if (id !== 'lt-1' && name !== 'web') {
      throw new AwsError(
        'InvalidLaunchTemplateName.NotFoundException',
        'The specified launch template does not exist.',
      );
    }
    const versionNumber =
      version === '$Latest' ? this.versions : Number(version?.replace('$Default', '1') ?? 1);
    if (versionNumber > this.versions) {
      throw new AwsError(
        'InvalidLaunchTemplateId.VersionNotFound',
        `Could not find launch template version ${version ?? ''}`,
      );
    }
    return {
      launchTemplateId: 'lt-1',
      launchTemplateName: 'web',
      versionNumber,
      data: { ...this.template, ImageId: `ami-${versionNumber}` },
    };
  }

  zoneOfSubnet(subnetId: string): string {
    const zone = /^subnet-([abc])/.exec(subnetId)?.[1];
    if (zone === undefined)
      throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
    return `eu-central-1${zone}`;
  }

  tag(resourceId: string, tags: ReadonlyMap<string, string>): void {
    this.tags.push([resourceId, tags]);
  }
}
