import type {
  CreateTargetGroupInput,
  ModifyTargetGroupInput,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Attributes, TARGET_GROUP_ATTRIBUTES } from './attributes.ts';
import type { Target } from './target.ts';

/** A target group's own settings, all of them known. */
export type TargetGroupSettings = Omit<
  TargetGroup,
  'TargetGroupArn' | 'TargetGroupName' | 'LoadBalancerArns'
> & {
  readonly Port: number;
  readonly TargetType: 'instance' | 'ip';
  readonly HealthCheckIntervalSeconds: number;
  readonly HealthyThresholdCount: number;
  readonly UnhealthyThresholdCount: number;
};

/** A target group with its targets, by `id:port`. */
export class TargetGroupRecord {
  readonly arn: string;
  readonly name: string;
  settings: TargetGroupSettings;
  readonly attributes = new Attributes(TARGET_GROUP_ATTRIBUTES);
  readonly targets = new Map<string, Target>();
  /** Load balancers whose listeners or rules forward to it. */
  loadBalancerArns: readonly string[] = [];

  constructor(arn: string, name: string, settings: TargetGroupSettings) {
    this.arn = arn;
    this.name = name;
    this.settings = settings;
  }

  copy(): TargetGroupRecord {
    const copy = new TargetGroupRecord(this.arn, this.name, this.settings);
    copy.loadBalancerArns = this.loadBalancerArns;
    for (const [key, target] of this.targets) copy.targets.set(key, target.copy());
    return copy;
  }

  get deregistrationDelaySeconds(): number {
    return Number(this.attributes.get('deregistration_delay.timeout_seconds'));
  }

  get slowStartSeconds(): number {
    return Number(this.attributes.get('slow_start.duration_seconds'));
  }

  /** The path of HTTP checks; undefined when a connection is enough. */
  get healthCheckPath(): string | undefined {
    return isHttp(this.settings.HealthCheckProtocol) ? (this.settings.HealthCheckPath ?? '/') : undefined;
  }

  /** Where a target is checked: the port of its own traffic, unless the group has one for all. */
  healthCheckPort(target: Target): number {
    const { HealthCheckPort = 'traffic-port' } = this.settings;
    return HealthCheckPort === 'traffic-port' ? target.port : Number(HealthCheckPort);
  }

  wire(): TargetGroup {
    return {
      ...this.settings,
      TargetGroupArn: this.arn,
      TargetGroupName: this.name,
      LoadBalancerArns: [...this.loadBalancerArns],
    };
  }
}

function isHttp(protocol: string | undefined): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}

/** What a request says over AWS's defaults, which depend on the protocol. */
export function settingsFrom(input: CreateTargetGroupInput): TargetGroupSettings {
  const Protocol = input.Protocol ?? 'HTTP';
  const HealthCheckProtocol = input.HealthCheckProtocol ?? (isHttp(Protocol) ? 'HTTP' : 'TCP');
  return {
    Protocol,
    ...(isHttp(Protocol) ? { ProtocolVersion: input.ProtocolVersion ?? 'HTTP1' } : {}),
    Port: input.Port ?? 80,
    VpcId: input.VpcId,
    TargetType: input.TargetType === 'ip' ? 'ip' : 'instance',
    IpAddressType: input.IpAddressType ?? 'ipv4',
    HealthCheckEnabled: input.HealthCheckEnabled ?? true,
    HealthCheckProtocol,
    HealthCheckPort: input.HealthCheckPort ?? 'traffic-port',
    HealthCheckIntervalSeconds: input.HealthCheckIntervalSeconds ?? 30,
    HealthCheckTimeoutSeconds: input.HealthCheckTimeoutSeconds ?? (isHttp(HealthCheckProtocol) ? 5 : 10),
    HealthyThresholdCount: input.HealthyThresholdCount ?? 5,
    UnhealthyThresholdCount: input.UnhealthyThresholdCount ?? 2,
    ...(isHttp(HealthCheckProtocol)
      ? { HealthCheckPath: input.HealthCheckPath ?? '/', Matcher: input.Matcher ?? { HttpCode: '200' } }
      : {}),
  };
}

export function modified(settings: TargetGroupSettings, input: ModifyTargetGroupInput): TargetGroupSettings {
  return {
    ...settings,
    HealthCheckProtocol: input.HealthCheckProtocol ?? settings.HealthCheckProtocol,
    HealthCheckPort: input.HealthCheckPort ?? settings.HealthCheckPort,
    HealthCheckPath: input.HealthCheckPath ?? settings.HealthCheckPath,
    HealthCheckEnabled: input.HealthCheckEnabled ?? settings.HealthCheckEnabled,
    HealthCheckIntervalSeconds: input.HealthCheckIntervalSeconds ?? settings.HealthCheckIntervalSeconds,
    HealthCheckTimeoutSeconds: input.HealthCheckTimeoutSeconds ?? settings.HealthCheckTimeoutSeconds,
    HealthyThresholdCount: input.HealthyThresholdCount ?? settings.HealthyThresholdCount,
    UnhealthyThresholdCount: input.UnhealthyThresholdCount ?? settings.UnhealthyThresholdCount,
    Matcher: input.Matcher ?? settings.Matcher,
  };
}
