import type { Mode } from '../../../shared/domain/index.ts';

/** All that the doctor looks at, as AWS showed it in one look. Times are milliseconds since the epoch. */
export interface Picture {
  readonly now: number;
  readonly region: string;
  /** What was asked about: who asks about a load balancer need not have its groups managed by Evenkeel. */
  readonly about: 'groups' | 'load balancer';
  readonly balancers: readonly Balancer[];
  readonly targetGroups: readonly TargetGroup[];
  readonly groups: readonly Group[];
  readonly instances: ReadonlyMap<string, Instance>;
  readonly network: Network;
  readonly controlPlane: ControlPlane;
}

export interface Balancer {
  readonly arn: string;
  readonly name: string;
  readonly type: string;
  readonly scheme: string;
  readonly securityGroupIds: readonly string[];
  /** By zone. */
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
  readonly listeners: readonly { readonly port: number; readonly targetGroupArns: readonly string[] }[];
  readonly idleTimeoutSeconds: number | undefined;
  readonly answers: Answers;
}

/** What a load balancer has answered of late, and how its targets did: sums over {@link WINDOW_MINUTES}. */
export interface Answers {
  readonly 502: number;
  readonly 503: number;
  readonly 504: number;
  readonly connectionErrors: number;
  readonly requests: number;
  /** The slowest answer of a target, in seconds; undefined without any. */
  readonly slowestSeconds: number | undefined;
}

/** How far back metrics and scaling activities are looked at. */
export const WINDOW_MINUTES = 15;

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly port: number;
  readonly healthCheck: {
    readonly protocol: string;
    /** `traffic-port` or a number. */
    readonly port: string;
    readonly path: string | undefined;
    readonly codes: string | undefined;
    readonly timeoutSeconds: number;
  };
  readonly balancerArns: readonly string[];
  readonly targets: readonly Target[];
}

export interface Target {
  readonly id: string;
  readonly port: number;
  /** The port of its health checks. */
  readonly checkPort: number;
  readonly state: string;
  readonly reason: string | undefined;
  readonly description: string | undefined;
}

export interface Instance {
  readonly id: string;
  readonly state: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly hasPublicIp: boolean;
  readonly securityGroupIds: readonly string[];
}

/** An Auto Scaling group, and what Evenkeel makes of it. */
export interface Group {
  readonly name: string;
  /** The value of its tag `evenkeel:fleet`. */
  readonly fleet: string | undefined;
  /** As fleets.yml has it; undefined where fleets.yml does not speak of the group. */
  readonly mode: Mode | undefined;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly suspended: readonly string[];
  readonly targetGroupArns: readonly string[];
  readonly subnetIds: readonly string[];
  readonly members: readonly {
    readonly id: string;
    readonly lifecycle: string;
    readonly isHealthy: boolean;
  }[];
  /** The newest first. */
  readonly activities: readonly ScalingActivity[];
  readonly alarms: readonly Alarm[];
}

export interface ScalingActivity {
  readonly at: number;
  readonly status: string;
  readonly description: string;
  readonly message: string | undefined;
  /** Why, in Auto Scaling's words: `… in response to an ELB system health check failure.` */
  readonly cause: string;
}

export interface Alarm {
  readonly name: string;
  /** Of its metric: `AWS/ApplicationELB`, … */
  readonly namespace: string;
  readonly state: string;
  readonly since: number;
}

export interface ControlPlane {
  /** Dead-letter queues of Evenkeel that hold something. */
  readonly deadLetters: readonly { readonly queue: string; readonly messages: number }[];
  /** Functions of Evenkeel that failed or were throttled of late. */
  readonly failures: readonly { readonly fn: string; readonly errors: number; readonly throttles: number }[];
}

export interface Network {
  readonly securityGroups: ReadonlyMap<string, SecurityGroup>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly natGateways: ReadonlyMap<string, NatGateway>;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

export interface Rule {
  /** `tcp`, `-1` for all, … */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrs: readonly string[];
  readonly groupIds: readonly string[];
}

export interface Subnet {
  readonly id: string;
  readonly cidr: string;
  readonly zone: string;
  readonly routeTableId: string;
  readonly routes: readonly Route[];
}

export interface Route {
  readonly destination: string;
  /** `igw-…`, `nat-…`, `local`, … */
  readonly target: string;
  readonly isBlackhole: boolean;
}

export interface NatGateway {
  readonly id: string;
  readonly state: string;
  readonly isPublic: boolean;
  readonly subnetId: string;
}
