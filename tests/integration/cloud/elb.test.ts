import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, newWorld, refusal, type World } from './instances-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

describe('a load balancer', () => {
  it('is provisioned for two minutes', async () => {
    const { loadBalancer } = await world.balance();
    const stateNow = async () => {
      const { LoadBalancers = [] } = await world.elb.describeLoadBalancers({
        LoadBalancerArns: [loadBalancer],
      });
      return LoadBalancers[0]?.State?.Code;
    };
    expect(await stateNow()).toBe('provisioning');
    await world.pass(2 * MINUTE);
    expect(await stateNow()).toBe('active');
  });

  it('needs subnets in two zones', async () => {
    const [one = '', ...others] = world.subnetIds;
    expect(await refusal(world.elb.createLoadBalancer({ Name: 'web', Subnets: [one] }))).toBe(
      'ValidationError',
    );
    expect(await refusal(world.elb.createLoadBalancer({ Name: 'web', Subnets: [one, 'subnet-1'] }))).toBe(
      'SubnetNotFoundException',
    );
    expect(await refusal(world.elb.createLoadBalancer({ Name: 'web', Subnets: [one, ...others] }))).toBe(
      'succeeded',
    );
  });

  it('keeps its subnets from being deleted until it is gone itself', async () => {
    const { loadBalancer } = await world.balance();
    const [SubnetId] = world.subnetIds;
    expect(await refusal(world.ec2.deleteSubnet({ SubnetId }))).toBe('DependencyViolation');
    await world.elb.deleteLoadBalancer({ LoadBalancerArn: loadBalancer });
    expect(await refusal(world.ec2.deleteSubnet({ SubnetId }))).toBe('succeeded');
  });

  it('is not deleted under deletion protection', async () => {
    const { loadBalancer: LoadBalancerArn } = await world.balance();
    const protect = (Value: string) =>
      world.elb.modifyLoadBalancerAttributes({
        LoadBalancerArn,
        Attributes: [{ Key: 'deletion_protection.enabled', Value }],
      });
    await protect('true');
    expect(await refusal(world.elb.deleteLoadBalancer({ LoadBalancerArn }))).toBe(
      'OperationNotPermittedException',
    );
    await protect('false');
    expect(await refusal(world.elb.deleteLoadBalancer({ LoadBalancerArn }))).toBe('succeeded');
  });

  it('takes its listeners along and sets its target groups free', async () => {
    const { loadBalancer, targetGroup: TargetGroupArn, listener } = await world.balance();
    expect(await refusal(world.elb.deleteTargetGroup({ TargetGroupArn }))).toBe('ResourceInUseException');
    await world.elb.deleteLoadBalancer({ LoadBalancerArn: loadBalancer });
    expect(await refusal(world.elb.describeListeners({ ListenerArns: [listener] }))).toBe(
      'ListenerNotFoundException',
    );
    expect(await refusal(world.elb.deleteTargetGroup({ TargetGroupArn }))).toBe('succeeded');
  });
});

describe('a target group', () => {
  it('has AWS’s defaults', async () => {
    const { TargetGroups = [] } = await world.elb.createTargetGroup({
      Name: 'plain',
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: world.vpcId,
    });
    expect(TargetGroups[0]).toMatchObject({
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      HealthCheckPath: '/',
      Matcher: { HttpCode: '200' },
      TargetType: 'instance',
    });
    const { Attributes = [] } = await world.elb.describeTargetGroupAttributes({
      TargetGroupArn: TargetGroups[0]?.TargetGroupArn,
    });
    expect(Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '300' });
  });

  it('is the same one when made twice alike, and refused when made differently', async () => {
    const make = async (Port: number) => {
      const { TargetGroups = [] } = await world.elb.createTargetGroup({
        Name: 'twice',
        Protocol: 'HTTP',
        Port,
        VpcId: world.vpcId,
      });
      return TargetGroups[0]?.TargetGroupArn;
    };
    expect(await make(80)).toBe(await make(80));
    expect(await refusal(make(81))).toBe('DuplicateTargetGroupNameException');
  });

  it('does not know attributes that AWS does not have', async () => {
    const { targetGroup: TargetGroupArn } = await world.balance();
    const change = world.elb.modifyTargetGroupAttributes({
      TargetGroupArn,
      Attributes: [{ Key: 'deregistration_delay', Value: '1' }],
    });
    expect(await refusal(change)).toBe('ValidationError');
  });
});

describe('listeners and rules', () => {
  it('has one listener a port', async () => {
    const { loadBalancer: LoadBalancerArn, targetGroup: TargetGroupArn } = await world.balance();
    const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
    const second = world.elb.createListener({ LoadBalancerArn, Port: 80, Protocol: 'HTTP', DefaultActions });
    expect(await refusal(second)).toBe('DuplicateListenerException');
  });

  it('orders rules by priority, with the default rule last', async () => {
    const { listener: ListenerArn, targetGroup: TargetGroupArn } = await world.balance();
    const rule = (Priority: number) =>
      world.elb.createRule({
        ListenerArn,
        Priority,
        Conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }],
        Actions: [{ Type: 'forward', TargetGroupArn }],
      });
    await rule(20);
    const { Rules = [] } = await rule(10);
    expect(await refusal(rule(10))).toBe('PriorityInUseException');
    const priorities = async () => {
      const listed = await world.elb.describeRules({ ListenerArn });
      return listed.Rules?.map(({ Priority }) => Priority);
    };
    expect(await priorities()).toEqual(['10', '20', 'default']);
    await world.elb.setRulePriorities({
      RulePriorities: [{ RuleArn: Rules[0]?.RuleArn, Priority: 30 }],
    });
    expect(await priorities()).toEqual(['20', '30', 'default']);
  });

  it('forwards to target groups that exist only', async () => {
    const { listener: ListenerArn } = await world.balance();
    const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn: 'arn:nothing' }];
    expect(await refusal(world.elb.modifyListener({ ListenerArn, DefaultActions }))).toBe(
      'TargetGroupNotFoundException',
    );
  });

  it('tags what exists only', async () => {
    const { targetGroup } = await world.balance();
    const Tags = [{ Key: 'a', Value: 'b' }];
    await world.elb.addTags({ ResourceArns: [targetGroup], Tags });
    const { TagDescriptions } = await world.elb.describeTags({ ResourceArns: [targetGroup] });
    expect(TagDescriptions).toEqual([{ ResourceArn: targetGroup, Tags }]);
    const unknown = targetGroup.replace(/.$/, 'x');
    expect(await refusal(world.elb.addTags({ ResourceArns: [unknown], Tags }))).toBe(
      'TargetGroupNotFoundException',
    );
  });
});
