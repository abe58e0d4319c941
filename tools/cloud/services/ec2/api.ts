import type { ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Instant, Service } from '../../kernel/index.ts';
import type { Obstacle, Party, Reachability } from './reachability/index.ts';
import type { SpotPool } from './spot-pools.ts';

export type { Obstacle, Party, Reachability };

/** The states of EC2's `InstanceState`. */
export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export type Architecture = 'x86_64' | 'arm64';

/** An instance as the other services of the cloud see it. Terminated ones stay on record for an hour. */
export interface InstanceRecord {
  readonly id: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly architecture: Architecture;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly market: 'on-demand' | 'spot';
  readonly launchedAt: Instant;
  /** When the application has finished booting; never, if the image is broken. Counted anew after each start. */
  readonly readyAt: Instant | undefined;
  readonly state: InstanceState;
  /** Since when the instance is in `state`. */
  readonly stateSince: Instant;
  /** What its status checks say: an impaired instance runs and answers nothing. */
  readonly isImpaired: boolean;
  readonly tags: ReadonlyMap<string, string>;
  /** The group that launched it: its tag `aws:autoscaling:groupName`. */
  readonly group: string | undefined;
  /** Name or ARN of its instance profile; without one, Systems Manager does not know the instance. */
  readonly instanceProfile: string | undefined;
  /** Whether its metrics come every minute instead of every five. */
  readonly hasDetailedMonitoring: boolean;
  readonly launchTemplate: { readonly id: string; readonly version: number } | undefined;
}

export interface TemplateSpec {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** A number, `$Latest` or `$Default`; without it, the default version. */
  readonly version?: string | undefined;
}

export interface ResolvedTemplate {
  readonly launchTemplateId: string;
  readonly launchTemplateName: string;
  readonly versionNumber: number;
  readonly data: ResponseLaunchTemplateData;
}

export interface LaunchRequest {
  readonly launchTemplate: TemplateSpec;
  readonly overrides?: { readonly instanceType?: string; readonly imageId?: string };
  readonly subnetId: string;
  /** Added to the template's own instance tags. */
  readonly tags: ReadonlyMap<string, string>;
  readonly market?: 'on-demand' | 'spot';
}

export interface StateChange {
  readonly instance: InstanceRecord;
  readonly from: InstanceState | undefined;
  readonly to: InstanceState;
  /** Why, where the cloud knows: `spot interruption`, `killed`. */
  readonly cause: string | undefined;
}

/** How long the stages of an instance's life take, in seconds. */
export interface InstanceTimes {
  /** `pending` lasts somewhere between the two. */
  readonly pending: { readonly least: number; readonly most: number };
  /** From the launch until the application answers. */
  readonly boot: number;
  /** From the start of a stopped instance whose application has been ready before. */
  readonly restart: number;
  /** From the start of a hibernated instance. */
  readonly resume: number;
  readonly shutdown: number;
}

/**
 * What is wrong with an image: instances of it fail their status checks (`never-boots`), or pass them and their
 * application never answers (`never-ready`).
 */
export type ImageFault = 'never-boots' | 'never-ready';

/** What the outside world does to EC2, and no API call can. */
export interface Ec2Control {
  /** Changes how long the stages of a life take, from the next stage on. */
  configure(times: Partial<InstanceTimes>): void;
  /** The instance is gone without warning. */
  kill(id: string): void;
  /** The status checks fail and the application no longer answers; the state stays `running`. */
  makeUnhealthy(id: string): void;
  /** The status checks pass again. One that is gone or well is left alone. */
  recover(id: string): void;
  /**
   * Takes an instance back as AWS does with Spot, two minutes after the warning or at once without one. It works
   * on any instance, so that a scenario needs no Spot fleet.
   */
  interruptSpot(id: string, options?: { readonly warning?: boolean }): void;
  recommendRebalance(id: string): void;
  /**
   * Publishes a newer Amazon Linux image and points the public SSM parameter at it.
   *
   * @param options.parameter the parameter of one architecture; without it, an image of each is published
   * @returns the image's id; of two, the arm64 one's
   */
  publishImage(options?: { readonly parameter?: string; readonly fault?: ImageFault | undefined }): string;
}

export interface Ec2Service extends Service, Ec2Control {
  /**
   * Starts one instance from a launch template, for Auto Scaling.
   *
   * @throws AwsError InvalidLaunchTemplateId.NotFound, InvalidAMIID.NotFound, InvalidSubnetID.NotFound, and what the
   *   weather has in store
   */
  launch(request: LaunchRequest): InstanceRecord;
  /** Shuts an instance down; one that is gone or going is left alone. */
  terminate(id: string, cause?: string): void;
  /**
   * Stops an instance, for Auto Scaling.
   *
   * @param hibernates  keeps its memory; an instance that cannot hibernate is merely stopped
   */
  stop(id: string, options?: { readonly hibernates?: boolean }): void;
  /** Starts a stopped instance. */
  start(id: string): void;
  instance(id: string): InstanceRecord | undefined;
  /** US dollars an hour. @throws AwsError InvalidParameterValue */
  onDemandPrice(instanceType: string): number;
  /** Price and spare capacity of a type in a zone. @throws AwsError InvalidParameterValue */
  spotPool(instanceType: string, zone: string): SpotPool;
  /** All instances on record, terminated ones of the last hour included. */
  instances(): Iterable<InstanceRecord>;
  /** Called after every change of an instance's state, its start included. */
  onStateChange(listener: (change: StateChange) => void): void;
  /** Called when an instance is rebooted or its status checks begin to fail: its state does not change then. */
  onDisturbance(listener: (instance: InstanceRecord) => void): void;
  /** Called when an image begins to exist: what is on its disk is settled then. */
  onImage(
    listener: (image: {
      readonly id: string;
      /** The instance that it was taken of. */
      readonly sourceInstanceId: string | undefined;
      /** The image that it is a copy of, or that its source was launched from. */
      readonly sourceImageId: string | undefined;
    }) => void,
  ): void;
  /** Whether the instance's status checks fail. */
  isImpaired(id: string): boolean;
  /** @throws AwsError InvalidLaunchTemplateId.NotFound, InvalidLaunchTemplateName.NotFoundException, InvalidLaunchTemplateId.VersionNotFound */
  resolveTemplate(spec: TemplateSpec): ResolvedTemplate;
  /** The zone of a subnet. @throws AwsError InvalidSubnetID.NotFound */
  zoneOfSubnet(subnetId: string): string;
  /** Where a subnet is. @throws AwsError InvalidSubnetID.NotFound */
  subnet(subnetId: string): { readonly vpcId: string; readonly zone: string };
  /**
   * Gives a managed service (a load balancer, a Lambda function in a VPC) an interface in a subnet, which keeps
   * the subnet and the security groups from being deleted.
   *
   * @param groupIds without any, the default group of the VPC; `none` for an interface that nothing filters
   * @throws AwsError InvalidSubnetID.NotFound, InvalidGroup.NotFound, InsufficientFreeAddressesInSubnet
   */
  attachInterface(request: {
    readonly subnetId: string;
    readonly groupIds: readonly string[] | 'none';
    /** `ELB app/web/0123456789abcdef` */
    readonly description: string;
  }): { readonly interfaceId: string; readonly privateIp: string };
  /** Gives such an interface back; harmless when it is gone. */
  detachInterface(interfaceId: string): void;
  /** Who reaches whom. */
  readonly reachability: Pick<Reachability, 'between' | 'toInternet' | 'fromInternet' | 'toService'>;
  /** An instance or an interface as a party of a connection, by its id; undefined for one that is gone. */
  party(id: string): Party | undefined;
  /**
   * Someone in a subnet who has no interface of their own here, at one of the subnet's addresses.
   *
   * @param groupIds without any, the default group of the VPC
   * @throws AwsError InvalidSubnetID.NotFound, InvalidGroup.NotFound
   */
  partyIn(subnetId: string, groupIds: readonly string[]): Party;
  /** Called after every change that may decide who reaches whom. */
  onNetworkChange(listener: () => void): void;
  hasVpc(vpcId: string): boolean;
  /** Ids of the default VPC's subnets, one a zone. */
  defaultSubnets(): string[];
  /** Whether an image can be launched now: it exists, is available and not disabled. */
  isImageLaunchable(imageId: string): boolean;
  /** Sets tags of any EC2 resource, for services that tag what they own. */
  tag(resourceId: string, tags: ReadonlyMap<string, string>): void;
  untag(resourceId: string, keys: readonly string[]): void;
}
