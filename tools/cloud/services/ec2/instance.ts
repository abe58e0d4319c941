import type {
  InstanceBlockDeviceMapping,
  InstanceMetadataOptionsResponse,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import type { Cancel, Instant } from '../../kernel/index.ts';
import type { Architecture, ImageFault, InstanceRecord, InstanceState } from './api.ts';
import type { NetworkInterfaceRecord } from './network-records.ts';

/** What never changes about an instance. */
export interface InstanceFacts {
  readonly id: string;
  readonly imageId: string;
  readonly imageFault: ImageFault | undefined;
  readonly architecture: Architecture;
  readonly networkInterface: NetworkInterfaceRecord;
  readonly zone: string;
  readonly market: 'on-demand' | 'spot';
  readonly launchedAt: Instant;
  readonly launchTemplate: { readonly id: string; readonly version: number } | undefined;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly clientToken: string | undefined;
  readonly keyName: string | undefined;
  readonly publicIp: string | undefined;
  readonly blockDevices: InstanceBlockDeviceMapping[];
  readonly rootDeviceName: string;
  /** Launched with hibernation configured. */
  readonly canHibernate: boolean;
}

export interface InstanceSettings {
  instanceType: string;
  instanceProfile: string | undefined;
  userData: string | undefined;
  hasDetailedMonitoring: boolean;
  isTerminationDisabled: boolean;
  isStopDisabled: boolean;
  shutdownBehavior: 'stop' | 'terminate';
  metadata: InstanceMetadataOptionsResponse;
}

/** One instance, live: whoever holds it sees its state change. */
export class Instance implements InstanceRecord {
  /** Replaced as a whole when its interface gets other security groups. */
  facts: InstanceFacts;
  settings: InstanceSettings;
  state: InstanceState = 'pending';
  stateSince: Instant;
  readyAt: Instant | undefined;
  isImpaired = false;
  /** What its next start takes: a stopped application comes back sooner than a new one. */
  nextStart: 'boot' | 'restart' | 'resume' = 'boot';
  /** Why it is in its state: code and message of EC2's `StateReason`. */
  stateReason: { Code: string; Message: string } | undefined;
  /** Undoes the change of state that is under way. */
  pendingChange: Cancel | undefined;
  readonly #tags: () => ReadonlyMap<string, string>;

  constructor(facts: InstanceFacts, settings: InstanceSettings, tags: () => ReadonlyMap<string, string>) {
    this.facts = facts;
    this.settings = settings;
    this.stateSince = facts.launchedAt;
    this.#tags = tags;
  }

  /** The instance as it is now, tags included. */
  copy(): Instance {
    const tags = new Map(this.tags);
    const copy = new Instance(this.facts, { ...this.settings }, () => tags);
    const { state, stateSince, readyAt, isImpaired, stateReason } = this;
    return Object.assign(copy, { state, stateSince, readyAt, isImpaired, stateReason });
  }

  get id() {
    return this.facts.id;
  }
  get imageId() {
    return this.facts.imageId;
  }
  get instanceType() {
    return this.settings.instanceType;
  }
  get architecture() {
    return this.facts.architecture;
  }
  get vpcId() {
    return this.facts.networkInterface.VpcId;
  }
  get subnetId() {
    return this.facts.networkInterface.SubnetId;
  }
  get zone() {
    return this.facts.zone;
  }
  get privateIp() {
    return this.facts.networkInterface.PrivateIpAddress;
  }
  get market() {
    return this.facts.market;
  }
  get launchedAt() {
    return this.facts.launchedAt;
  }
  get tags() {
    return this.#tags();
  }
  get group() {
    return this.tags.get('aws:autoscaling:groupName');
  }
  get instanceProfile() {
    return this.settings.instanceProfile;
  }
  get hasDetailedMonitoring() {
    return this.settings.hasDetailedMonitoring;
  }
  get launchTemplate() {
    return this.facts.launchTemplate;
  }
  get isGone() {
    return this.state === 'shutting-down' || this.state === 'terminated';
  }
}

/** The settings that a template's data gives an instance. */
export function settingsFrom(data: ResponseLaunchTemplateData, instanceType: string): InstanceSettings {
  return {
    instanceType,
    instanceProfile: data.IamInstanceProfile?.Arn ?? data.IamInstanceProfile?.Name,
    userData: data.UserData,
    hasDetailedMonitoring: data.Monitoring?.Enabled ?? false,
    isTerminationDisabled: data.DisableApiTermination ?? false,
    isStopDisabled: data.DisableApiStop ?? false,
    shutdownBehavior: data.InstanceInitiatedShutdownBehavior ?? 'stop',
    metadata: {
      State: 'applied',
      HttpEndpoint: data.MetadataOptions?.HttpEndpoint ?? 'enabled',
      HttpTokens: data.MetadataOptions?.HttpTokens ?? 'optional',
      HttpPutResponseHopLimit: data.MetadataOptions?.HttpPutResponseHopLimit ?? 1,
      HttpProtocolIpv6: data.MetadataOptions?.HttpProtocolIpv6 ?? 'disabled',
      InstanceMetadataTags: data.MetadataOptions?.InstanceMetadataTags ?? 'disabled',
    },
  };
}
