import type { IpPermission } from '@aws-sdk/client-ec2';
import type { Applications } from '../../cloud/simulation/applications.ts';
import type { Stage } from '../stage.ts';

/** Something that makes a load balancer answer 504 or 502, done by the calls by which people do it. */
export interface Fault {
  readonly says: string;
  /** What doctor should say first. */
  readonly code: string;
  readonly make: (stage: Stage) => Promise<void>;
  readonly mend: (stage: Stage) => Promise<void>;
}

const FROM_ANYWHERE = { DestinationCidrBlock: '0.0.0.0/0' };

/** Remembers of a fault's making what its mending needs. */
function remembered<Memory>(
  make: (stage: Stage) => Promise<Memory>,
  mend: (memory: Memory, stage: Stage) => Promise<unknown>,
): Pick<Fault, 'make' | 'mend'> {
  const memories = new WeakMap<Stage, { readonly memory: Memory }>();
  return {
    make: async (stage) => {
      memories.set(stage, { memory: await make(stage) });
    },
    mend: async (stage) => {
      const found = memories.get(stage);
      if (found !== undefined) await mend(found.memory, stage);
    },
  };
}

/** Another release of the application, on all instances. */
function release(settings: Parameters<Applications['configure']>[0]): (stage: Stage) => Promise<void> {
  return ({ cloud }) => {
    cloud.applications.configure(settings);
    return Promise.resolve();
  };
}

/** The rule that lets the load balancer in is taken out of the instances' security group. */
export const closedDoor: Fault = {
  says: 'somebody closes the security group of the instances',
  code: 'TARGET_SECURITY_GROUP',
  ...remembered(
    async (stage) => {
      const rule = await doorOf(stage);
      await stage.ec2.revokeSecurityGroupIngress(rule);
      return rule;
    },
    (rule, { ec2 }) => ec2.authorizeSecurityGroupIngress(rule),
  ),
};

/** Health checks ask for a page that the application does not have. */
export const wrongHealthPath: Fault = {
  says: 'somebody changes the health check to /healthz, which is not there',
  code: 'HEALTH_PATH',
  make: (stage) => checkHealthAt('/healthz', stage),
  mend: (stage) => checkHealthAt('/ready', stage),
};

/**
 * A release of the application listens on another port than its target group says. Somebody keeps the group from
 * replacing its instances, to have a look at them.
 */
export const movedPort: Fault = {
  says: 'a release listens on port 8080; ReplaceUnhealthy is suspended to have a look at it',
  code: 'CONNECTION_REFUSED',
  make: async (stage) => {
    await stage.autoScaling.suspendProcesses(await replacing(stage));
    await release({ port: 8080 })(stage);
  },
  mend: async (stage) => {
    await release({ port: 80 })(stage);
    await stage.autoScaling.resumeProcesses(await replacing(stage));
  },
};

/** A release answers a fifth of its pages more slowly than the load balancer waits. */
export const slowPages: Fault = {
  says: 'a release takes 75 s for a fifth of its pages',
  code: 'SLOWER_THAN_IDLE_TIMEOUT',
  make: release({ slow: { share: 0.2, seconds: 75 } }),
  mend: release({ slow: { share: 0, seconds: 0 } }),
};

/** The private subnets lose their way out: whatever boots then never gets its packages. */
export const lostWayOut: Fault = {
  says: 'somebody deletes the routes to the NAT gateway, and an instance is replaced',
  code: 'NO_WAY_OUT',
  ...remembered(
    async (stage) => {
      const routes = await waysOut(stage);
      for (const { RouteTableId } of routes) await stage.ec2.deleteRoute({ RouteTableId, ...FROM_ANYWHERE });
      const { Instances: [instance] = [] } = await stage.group();
      stage.cloud.services.ec2.kill(instance?.InstanceId ?? '');
      return routes;
    },
    async (routes, { ec2 }) => {
      for (const { RouteTableId, NatGatewayId } of routes)
        await ec2.createRoute({ RouteTableId, NatGatewayId, ...FROM_ANYWHERE });
    },
  ),
};

/** The rule by which the load balancer gets to the instances of the group. */
async function doorOf(stage: Stage): Promise<{ GroupId: string; IpPermissions: IpPermission[] }> {
  const { Instances: [one] = [] } = await stage.group();
  const { Reservations: [reservation] = [] } = await stage.ec2.describeInstances({
    InstanceIds: [one?.InstanceId ?? ''],
  });
  const GroupId = reservation?.Instances?.[0]?.SecurityGroups?.[0]?.GroupId ?? '';
  const { LoadBalancers: [balancer] = [] } = await stage.elb.describeLoadBalancers({});
  const { SecurityGroups: [group] = [] } = await stage.ec2.describeSecurityGroups({ GroupIds: [GroupId] });
  const IpPermissions = (group?.IpPermissions ?? []).flatMap((permission) => {
    const pairs = (permission.UserIdGroupPairs ?? []).filter((pair) =>
      balancer?.SecurityGroups?.includes(pair.GroupId ?? ''),
    );
    return pairs.length === 0 ? [] : [{ ...permission, UserIdGroupPairs: pairs }];
  });
  return { GroupId, IpPermissions };
}

async function replacing(stage: Stage) {
  const { AutoScalingGroupName } = await stage.group();
  return { AutoScalingGroupName, ScalingProcesses: ['ReplaceUnhealthy'] };
}

async function checkHealthAt(HealthCheckPath: string, stage: Stage): Promise<void> {
  const { TargetGroupARNs: [TargetGroupArn] = [] } = await stage.group();
  await stage.elb.modifyTargetGroup({ TargetGroupArn, HealthCheckPath });
}

async function waysOut({ ec2 }: Stage) {
  const { RouteTables = [] } = await ec2.describeRouteTables({
    Filters: [{ Name: 'route.destination-cidr-block', Values: [FROM_ANYWHERE.DestinationCidrBlock] }],
  });
  return RouteTables.flatMap(({ RouteTableId, Routes = [] }) =>
    Routes.flatMap(({ NatGatewayId }) =>
      NatGatewayId === undefined ? [] : [{ RouteTableId, NatGatewayId }],
    ),
  );
}
