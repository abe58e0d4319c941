import { SQS } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fleetsOf } from '../../../tools/build/fleets.ts';
import type { Code } from '../../../tools/cli/doctor/finding.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { anyone, group, natGateway, openWard, tcp, type Ward } from './ward.ts';

let ward: Ward;

beforeEach(async () => {
  ward = await openWard();
});

afterEach(() => ward.close());

/** The one finding of a code, which has to be there. */
async function finding(code: Code) {
  const found = (await ward.findings()).find((one) => one.code === code);
  if (found === undefined) throw new Error(`${code} was not found`);
  return { verdict: found.verdict, evidence: found.evidence.join('\n'), mend: found.mend.join('\n') };
}

const closeInstances = () =>
  ward.ec2.revokeSecurityGroupIngress({
    GroupId: ward.securityGroups.instances,
    IpPermissions: tcp(80, group(ward.securityGroups.balancer)),
  });

describe('a fleet that is well', () => {
  it('gives no finding, by whatever it is named', async () => {
    await ward.start();
    expect(await ward.findings()).toEqual([]);
    expect(await ward.findings({ fleet: 'web' })).toEqual([]);
    expect(await ward.findings({ group: 'web' })).toEqual([]);
    expect(await ward.findings({ loadBalancer: 'web' })).toEqual([]);
    expect(await ward.findings({ loadBalancer: ward.loadBalancer })).toEqual([]);
  });
});

describe('a load balancer that answers 504', () => {
  it('is told from the rule that is missing, and the rule mends it', async () => {
    await closeInstances();
    await ward.start();
    expect(await ward.codes()).toEqual(['TARGET_SECURITY_GROUP']);
    const { evidence, mend } = await finding('TARGET_SECURITY_GROUP');
    const { instances, balancer } = ward.securityGroups;
    expect(evidence).toContain('2 of 2 targets are not healthy: Target.Timeout');
    expect(evidence).toContain(`${instances} has no ingress rule for TCP 80 from ${balancer}`);
    expect(mend).toContain(`--group-id ${instances}`);
    expect(mend).toContain(`UserIdGroupPairs=[{GroupId=${balancer}}]`);
    await ward.ec2.authorizeSecurityGroupIngress({
      GroupId: instances,
      IpPermissions: tcp(80, group(balancer)),
    });
    await ward.pass(30);
    expect(await ward.codes()).toEqual([]);
  });

  it('is told from the load balancer’s own group, where that lets nothing out', async () => {
    await ward.start();
    await ward.ec2.revokeSecurityGroupEgress({
      GroupId: ward.securityGroups.balancer,
      IpPermissions: [{ IpProtocol: '-1', ...anyone }],
    });
    await ward.pass(15);
    expect(await ward.codes()).toEqual(['TARGET_SECURITY_GROUP']);
    const { mend } = await finding('TARGET_SECURITY_GROUP');
    expect(mend).toContain(`authorize-security-group-egress --group-id ${ward.securityGroups.balancer}`);
  });

  it('is told from the application’s slowness, while all targets are healthy', async () => {
    await ward.start();
    ward.cloud.applications.configure({ slow: { share: 0.2, seconds: 75 } });
    await ward.pass(15);
    expect(await ward.codes()).toEqual(['SLOWER_THAN_IDLE_TIMEOUT']);
    const { evidence } = await finding('SLOWER_THAN_IDLE_TIMEOUT');
    expect(evidence).toContain('2 targets healthy; idle_timeout.timeout_seconds is 60');
    await ward.elb.modifyLoadBalancerAttributes({
      LoadBalancerArn: ward.loadBalancer,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '120' }],
    });
    await ward.pass(20);
    expect(await ward.codes()).toEqual([]);
  });

  it('is told from an application that hangs, which the network lets be asked', async () => {
    await ward.start();
    const { AutoScalingInstances = [] } = await ward.autoScaling.describeAutoScalingInstances({});
    for (const { InstanceId = '' } of AutoScalingInstances) ward.cloud.applications.hang(InstanceId);
    await ward.pass(5);
    expect(await ward.codes()).toEqual(['NO_ANSWER_IN_TIME']);
  });
});

describe('a load balancer that answers 502', () => {
  it('is told from the port on which nothing listens, with the one that was meant', async () => {
    ward.cloud.applications.configure({ port: 8080 });
    await ward.ec2.authorizeSecurityGroupIngress({
      GroupId: ward.securityGroups.instances,
      IpPermissions: tcp(8080, group(ward.securityGroups.balancer)),
    });
    await ward.start();
    expect(await ward.codes()).toEqual(['CONNECTION_REFUSED']);
    const { evidence, mend } = await finding('CONNECTION_REFUSED');
    expect(evidence).toContain('admits the load balancer on port 8080 too');
    expect(mend).toContain('perhaps 8080');
  });

  it.each([
    ['no route at all', 'has no route for 0.0.0.0/0', async () => Promise.resolve()],
    [
      'a NAT gateway that stands in a private subnet',
      'has no way out itself',
      async () => {
        const NatGatewayId = await natGateway(ward.ec2, ward.privateSubnets[0] ?? '');
        await ward.pass(2);
        const route = { RouteTableId: ward.privateTable, DestinationCidrBlock: '0.0.0.0/0' };
        await ward.ec2.createRoute({ ...route, NatGatewayId });
      },
    ],
    [
      'an internet gateway, for instances without public addresses',
      'serves public addresses only',
      async () => {
        const { InternetGateways = [] } = await ward.ec2.describeInternetGateways({
          Filters: [{ Name: 'attachment.vpc-id', Values: [ward.vpc] }],
        });
        const route = { RouteTableId: ward.privateTable, DestinationCidrBlock: '0.0.0.0/0' };
        await ward.ec2.createRoute({ ...route, GatewayId: InternetGateways[0]?.InternetGatewayId });
      },
    ],
  ])('is told from boots that found no way out: %s', async (_, said, build) => {
    await ward.ec2.deleteRoute({ RouteTableId: ward.privateTable, DestinationCidrBlock: '0.0.0.0/0' });
    await build();
    await ward.start();
    expect(await ward.codes()).toEqual(['NO_WAY_OUT']);
    const { verdict, evidence, mend } = await finding('NO_WAY_OUT');
    expect(`${verdict}\n${evidence}`).toContain(said);
    expect(mend).toContain(`--nat-gateway-id ${ward.nat}`);
  });

  it('is told from a NAT gateway that is gone', async () => {
    await ward.ec2.deleteNatGateway({ NatGatewayId: ward.nat });
    await ward.start();
    expect(await ward.codes()).toEqual(['NO_WAY_OUT']);
    expect((await finding('NO_WAY_OUT')).evidence).toContain(`${ward.nat}, a black hole`);
  });

  it('is told from instances whose own group lets no HTTPS out', async () => {
    await ward.ec2.revokeSecurityGroupEgress({
      GroupId: ward.securityGroups.instances,
      IpPermissions: [{ IpProtocol: '-1', ...anyone }],
    });
    await ward.start();
    expect(await ward.codes()).toEqual(['NO_WAY_OUT']);
  });
});

describe('a load balancer that answers 503', () => {
  it('is told from a target group that no group registers in', async () => {
    await ward.start({ TargetGroupARNs: [] });
    expect(await ward.codes({ loadBalancer: 'web' })).toEqual(['NO_TARGETS']);
    const [found] = await ward.findings({ loadBalancer: 'web' });
    expect(found?.verdict).toContain('no Auto Scaling group is attached');
    expect(found?.evidence.join()).toMatch(/requests answered with 503/);
  });

  it('is told from a group that wants no instance', async () => {
    await ward.start({ MinSize: 0, DesiredCapacity: 0 });
    const { verdict, mend } = await finding('NO_TARGETS');
    expect(verdict).toContain('desired capacity is 0');
    expect(mend).toContain('set-desired-capacity');
  });

  it('is told from targets that are all on their way out', async () => {
    await ward.start();
    await ward.autoScaling.updateAutoScalingGroup({
      AutoScalingGroupName: 'web',
      MinSize: 0,
      DesiredCapacity: 0,
    });
    await ward.pass(2);
    expect(await ward.codes()).toContain('ONLY_DRAINING');
  });

  it('is told from targets in a zone that the load balancer does not serve', async () => {
    const { Subnet } = await ward.ec2.createSubnet({
      VpcId: ward.vpc,
      CidrBlock: '10.0.48.0/20',
      AvailabilityZone: 'eu-central-1c',
    });
    const SubnetId = Subnet?.SubnetId ?? '';
    await ward.ec2.associateRouteTable({ RouteTableId: ward.privateTable, SubnetId });
    await ward.start({ VPCZoneIdentifier: SubnetId });
    expect(await ward.codes()).toContain('ZONE_NOT_SERVED');
    expect((await finding('ZONE_NOT_SERVED')).verdict).toContain('2 targets in eu-central-1c');
  });
});

describe('targets that answer and are not taken for healthy', () => {
  it('are told from the path that the application does not have', async () => {
    ward.cloud.applications.configure({ paths: ['/'] });
    await ward.start();
    expect(await ward.codes()).toEqual(['HEALTH_PATH']);
    const { verdict, evidence } = await finding('HEALTH_PATH');
    expect(verdict).toContain('GET /ready is answered with 404, and the target group wants 200');
    expect(evidence).toContain('Health checks failed with these codes: [404]');
  });
});

describe('visitors who wait in vain', () => {
  it('are told from the load balancer’s own group', async () => {
    await ward.start();
    await ward.ec2.revokeSecurityGroupIngress({
      GroupId: ward.securityGroups.balancer,
      IpPermissions: tcp(80, anyone),
    });
    await ward.pass(5);
    expect(await ward.codes()).toEqual(['BALANCER_CLOSED']);
  });

  it('are told from a load balancer in private subnets', async () => {
    await ward.start();
    await ward.elb.setSubnets({ LoadBalancerArn: ward.loadBalancer, Subnets: [...ward.privateSubnets] });
    await ward.pass(5);
    expect(await ward.codes()).toEqual(['BALANCER_CLOSED']);
  });
});

describe('two faults at once', () => {
  it('are both found, the one that is met first at the head', async () => {
    ward.cloud.applications.configure({ paths: ['/'] });
    await ward.start();
    await ward.ec2.revokeSecurityGroupIngress({
      GroupId: ward.securityGroups.balancer,
      IpPermissions: tcp(80, anyone),
    });
    await ward.pass(2);
    expect(await ward.codes()).toEqual(['BALANCER_CLOSED', 'HEALTH_PATH']);
  });

  it('are both found where one hides the symptom of the other', async () => {
    await closeInstances();
    await ward.ec2.deleteRoute({ RouteTableId: ward.privateTable, DestinationCidrBlock: '0.0.0.0/0' });
    await ward.start();
    expect(await ward.codes()).toEqual(['TARGET_SECURITY_GROUP', 'NO_WAY_OUT']);
    await ward.ec2.authorizeSecurityGroupIngress({
      GroupId: ward.securityGroups.instances,
      IpPermissions: tcp(80, group(ward.securityGroups.balancer)),
    });
    await ward.pass(5);
    expect(await ward.codes()).toEqual(['NO_WAY_OUT']);
  });
});

describe('a group that does not scale', () => {
  it('is told from its failed launches', async () => {
    await ward.start();
    ward.cloud.weather.add({ kind: 'no-capacity', code: 'InsufficientInstanceCapacity' });
    await ward.autoScaling.setDesiredCapacity({ AutoScalingGroupName: 'web', DesiredCapacity: 3 });
    await ward.pass(5);
    expect(await ward.codes()).toEqual(['LAUNCHES_FAIL']);
    expect((await finding('LAUNCHES_FAIL')).evidence).toContain('min 2, desired 3, max 4, in service 2');
  });

  it('is told from processes that are suspended', async () => {
    await ward.start();
    await ward.autoScaling.suspendProcesses({ AutoScalingGroupName: 'web', ScalingProcesses: ['Launch'] });
    await ward.autoScaling.setDesiredCapacity({ AutoScalingGroupName: 'web', DesiredCapacity: 3 });
    await ward.pass(2);
    expect(await ward.codes()).toEqual(['PROCESSES_SUSPENDED']);
    expect((await finding('PROCESSES_SUSPENDED')).mend).toContain('--scaling-processes Launch');
  });

  it('is told from its maximum, while an alarm asks for more', async () => {
    await ward.start({ MaxSize: 2 });
    await ward.cloudWatch.setAlarmState({
      AlarmName: 'evenkeel/prod/web/cpu-high',
      StateValue: 'ALARM',
      StateReason: 'test',
    });
    expect(await ward.codes()).toEqual(['AT_MAXIMUM']);
  });

  it('is told from instances that wait for admission', async () => {
    ward.cloud.applications.configure({ paths: ['/'] });
    await ward.start({
      LifecycleHookSpecificationList: [
        {
          LifecycleHookName: 'evenkeel-admission',
          LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
          HeartbeatTimeout: 3600,
        },
      ],
    });
    expect(await ward.codes()).toEqual(['NO_TARGETS', 'NOT_IN_SERVICE']);
    expect((await finding('NOT_IN_SERVICE')).verdict).toContain('0 of 2 instances in service');
  });

  it('is told from the mode that fleets.yml has it in', async () => {
    await ward.start();
    const { fleets } = fleetsOf(
      'fleets:\n  web:\n    adopt: { tag: evenkeel:fleet=web }\n    mode: shadow\n',
    );
    expect(await ward.codes({}, fleets)).toEqual(['FLEET_NOT_ACTIVE']);
  });

  it('is told from the tag that it lacks', async () => {
    await ward.start({ Tags: [] });
    expect(await ward.codes({ group: 'web' })).toEqual(['NO_CONSENT']);
    expect(await ward.codes({ loadBalancer: 'web' })).toEqual([]);
  });

  it('is told from an alarm that has no data, and from there being none', async () => {
    await ward.start();
    await ward.cloudWatch.putMetricAlarm({
      AlarmName: 'evenkeel/prod/web/requests-high',
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCountPerTarget',
      Dimensions: [{ Name: 'TargetGroup', Value: 'targetgroup/other/0123456789abcdef' }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    await ward.pass(6);
    expect(await ward.codes()).toEqual(['ALARM_WITHOUT_DATA']);
    expect((await finding('ALARM_WITHOUT_DATA')).evidence).toContain('evenkeel/prod/web/requests-high');
    const { MetricAlarms = [] } = await ward.cloudWatch.describeAlarms({});
    await ward.cloudWatch.deleteAlarms({
      AlarmNames: MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []),
    });
    expect(await ward.codes()).toEqual(['NO_ALARMS']);
  });

  it('is told from what Evenkeel’s functions could not take', async () => {
    await ward.start();
    const sqs = new SQS({ region: 'eu-central-1', endpoint: ward.cloud.endpoint, credentials: ACCOUNT_KEYS });
    const { QueueUrl } = await sqs.createQueue({ QueueName: 'evenkeel-prod-EventsDeadLetterQueue-X' });
    expect(await ward.codes()).toEqual([]);
    await sqs.sendMessage({ QueueUrl, MessageBody: '{}' });
    sqs.destroy();
    expect(await ward.codes()).toEqual(['DEAD_LETTERS']);
  });
});

describe('what is not there', () => {
  it.each([
    [{ fleet: 'shop' }, '--fleet shop: no Auto Scaling group has the tag evenkeel:fleet=shop; there is web'],
    [{ group: 'shop' }, '--group shop: there is no such Auto Scaling group; there is web'],
    [{ loadBalancer: 'shop' }, '--load-balancer shop: there is no such load balancer; there is web'],
  ])('%j is named, with what there is', async (subject, message) => {
    await ward.start();
    await expect(ward.findings(subject)).rejects.toThrow(message);
  });
});
