import type {
  Balancer,
  Group,
  Instance,
  Picture,
  Subnet,
  Target,
} from '../../../../tools/cli/doctor/picture.ts';

const BALANCER =
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/0123456789abcdef';
const TARGET_GROUP =
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef';

export const QUIET: Balancer['answers'] = {
  502: 0,
  503: 0,
  504: 0,
  connectionErrors: 0,
  requests: 1000,
  slowestSeconds: 0.2,
};

export const instance: Instance = {
  id: 'i-1',
  state: 'running',
  vpcId: 'vpc-1',
  subnetId: 'subnet-private',
  zone: 'eu-central-1a',
  privateIp: '10.0.16.4',
  hasPublicIp: false,
  securityGroupIds: ['sg-instances'],
};

export const healthy: Target = {
  id: 'i-1',
  port: 80,
  checkPort: 80,
  state: 'healthy',
  reason: undefined,
  description: undefined,
};

const group: Group = {
  name: 'web',
  fleet: 'web',
  mode: 'active',
  min: 1,
  max: 4,
  desired: 1,
  suspended: [],
  targetGroupArns: [TARGET_GROUP],
  subnetIds: ['subnet-private'],
  members: [{ id: 'i-1', lifecycle: 'InService', isHealthy: true }],
  activities: [],
  alarms: [{ name: 'evenkeel/prod/web/cpu-high', namespace: 'AWS/EC2', state: 'OK', since: 0 }],
};

const subnet = (id: string, cidr: string, target: string): Subnet => ({
  id,
  cidr,
  zone: 'eu-central-1a',
  routeTableId: `rtb-${id}`,
  routes: [
    { destination: '10.0.0.0/16', target: 'local', isBlackhole: false },
    { destination: '0.0.0.0/0', target, isBlackhole: false },
  ],
});

const tcp80 = { protocol: 'tcp', fromPort: 80, toPort: 80 };
const everywhere = [{ protocol: '-1', fromPort: 0, toPort: 65_535, cidrs: ['0.0.0.0/0'], groupIds: [] }];

interface Changes {
  readonly target?: Partial<Target>;
  readonly targets?: readonly Target[];
  readonly answers?: Partial<Balancer['answers']>;
  readonly balancer?: Partial<Balancer>;
  readonly instance?: Partial<Instance>;
  readonly group?: Partial<Group>;
  readonly subnets?: readonly Subnet[];
}

/** A fleet of one that is well, but for the changes. */
export function picture(changes: Changes = {}): Picture {
  const one = { ...instance, ...changes.instance };
  const subnets = changes.subnets ?? [
    subnet('subnet-public', '10.0.0.0/24', 'igw-1'),
    subnet('subnet-private', '10.0.16.0/20', 'nat-1'),
  ];
  return {
    now: Date.parse('2026-01-05T12:00:00Z'),
    region: 'eu-central-1',
    about: 'groups',
    balancers: [
      {
        arn: BALANCER,
        name: 'web',
        type: 'application',
        scheme: 'internet-facing',
        securityGroupIds: ['sg-balancer'],
        subnets: [{ id: 'subnet-public', zone: 'eu-central-1a' }],
        listeners: [{ port: 80, targetGroupArns: [TARGET_GROUP] }],
        idleTimeoutSeconds: 60,
        ...changes.balancer,
        answers: { ...QUIET, ...changes.answers },
      },
    ],
    targetGroups: [
      {
        arn: TARGET_GROUP,
        name: 'web',
        port: 80,
        healthCheck: {
          protocol: 'HTTP',
          port: 'traffic-port',
          path: '/ready',
          codes: '200',
          timeoutSeconds: 5,
        },
        balancerArns: [BALANCER],
        targets: changes.targets ?? [{ ...healthy, ...changes.target }],
      },
    ],
    groups: [{ ...group, ...changes.group }],
    instances: new Map([[one.id, one]]),
    network: {
      securityGroups: new Map([
        [
          'sg-balancer',
          {
            id: 'sg-balancer',
            name: 'balancer',
            ingress: [{ ...tcp80, cidrs: ['0.0.0.0/0'], groupIds: [] }],
            egress: everywhere,
          },
        ],
        [
          'sg-instances',
          {
            id: 'sg-instances',
            name: 'instances',
            ingress: [{ ...tcp80, cidrs: [], groupIds: ['sg-balancer'] }],
            egress: everywhere,
          },
        ],
      ]),
      subnets: new Map(subnets.map((each) => [each.id, each])),
      natGateways: new Map([
        ['nat-1', { id: 'nat-1', state: 'available', isPublic: true, subnetId: 'subnet-public' }],
      ]),
    },
    controlPlane: { deadLetters: [], failures: [] },
  };
}

/** The same subnets, the private one without a way out. */
export const CUT_OFF: readonly Subnet[] = [
  subnet('subnet-public', '10.0.0.0/24', 'igw-1'),
  { ...subnet('subnet-private', '10.0.16.0/20', 'nat-1'), routes: [] },
];
