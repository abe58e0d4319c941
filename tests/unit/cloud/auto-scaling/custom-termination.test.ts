import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../tools/cloud/kernel/index.ts';
import type { World } from './world.ts';
import { first, GROUP, openWorld } from './world.ts';

const name = { AutoScalingGroupName: GROUP };
const MINUTE = 60;
const FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:choose';

describe('a custom termination policy', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    await world.create({ DesiredCapacity: 4, TerminationPolicies: [FUNCTION], TargetGroupARNs: [] });
    await world.pass(MINUTE);
  });
  afterEach(() => world.close());

  const ids = async () => (await world.instances('InService')).map(({ InstanceId = '' }) => InstanceId);
  const scaleTo = async (DesiredCapacity: number) => {
    await world.api.setDesiredCapacity({ ...name, DesiredCapacity });
    await world.pass(10);
  };
  const names = (...InstanceIDs: string[]) => Promise.resolve(JSON.stringify({ InstanceIDs }));

  it('is told what is to go and what may, in AWS’s words, and has its way', async () => {
    const chosen = first(await ids());
    world.answer(() => names(chosen));
    await scaleTo(3);
    const { request, functionArn, sourceArn } = first(world.questions);
    const { AutoScalingGroupARN } = await world.describe();
    expect({ functionArn, sourceArn }).toEqual({ functionArn: FUNCTION, sourceArn: AutoScalingGroupARN });
    expect(request).toEqual({
      AutoScalingGroupARN,
      AutoScalingGroupName: GROUP,
      CapacityToTerminate: [
        { AvailabilityZone: 'eu-central-1a', Capacity: 1, InstanceMarketOption: 'on-demand' },
      ],
      Instances: (await world.api.describeAutoScalingInstances({})).AutoScalingInstances?.filter(
        ({ AvailabilityZone }) => AvailabilityZone === 'eu-central-1a',
      ).map(({ InstanceId }) => ({
        AvailabilityZone: 'eu-central-1a',
        InstanceId,
        InstanceType: 't4g.small',
        InstanceMarketOption: 'on-demand',
      })),
      Cause: 'SCALE_IN',
    });
    expect(await ids()).not.toContain(chosen);
    expect(await ids()).toHaveLength(3);
  });

  it('leaves what it names too many of to the next policy', async () => {
    const all = await ids();
    await world.api.updateAutoScalingGroup({ ...name, TerminationPolicies: [FUNCTION, 'NewestInstance'] });
    world.answer(() => names(...all));
    await scaleTo(2);
    expect(await ids()).toHaveLength(2);
  });

  it.each([
    ['names none', () => names()],
    ['names what may not go', () => names('i-00000000000000000')],
    ['answers nonsense', () => Promise.resolve('"none"')],
    ['fails', () => Promise.reject(new AwsError('FunctionError', 'boom'))],
  ])('keeps all instances while it %s, and is asked again', async (_words, answer) => {
    const chosen = first(await ids());
    world.answer((question) => (question < 3 ? answer() : names(chosen)));
    await scaleTo(3);
    expect(await ids()).toHaveLength(4);
    const { StatusCode, Description } = first(await world.activities());
    expect(StatusCode).toBe('Cancelled');
    expect(Description).toMatch(/^Could not terminate instances due to unactionable response/);
    await world.pass(2 * MINUTE + 1);
    expect(await ids()).not.toContain(chosen);
    const cancelled = (await world.activities()).filter((activity) => activity.StatusCode === 'Cancelled');
    expect(cancelled).toHaveLength(1);
  });

  it('is not asked about instances that are protected', async () => {
    const [kept = ''] = await ids();
    await world.api.setInstanceProtection({ ...name, InstanceIds: [kept], ProtectedFromScaleIn: true });
    world.answer(() => names(kept));
    await scaleTo(3);
    expect(first(world.questions).request.Instances.map(({ InstanceId }) => InstanceId)).not.toContain(kept);
    expect(await ids()).toHaveLength(4);
  });

  it('is not asked about an instance that is unhealthy', async () => {
    const [sick = ''] = await ids();
    await world.api.setInstanceHealth({ InstanceId: sick, HealthStatus: 'Unhealthy' });
    await world.pass(MINUTE);
    expect(world.questions).toEqual([]);
    expect(await ids()).not.toContain(sick);
  });

  it('is told when zones are being balanced', async () => {
    await world.api.suspendProcesses({ ...name, ScalingProcesses: ['AZRebalance'] });
    world.ec2.failures.set('eu-central-1b', new AwsError('InsufficientInstanceCapacity', 'none'));
    const gone = (await world.instances()).filter(({ AvailabilityZone }) => AvailabilityZone?.endsWith('b'));
    for (const { InstanceId = '' } of gone)
      await world.api.setInstanceHealth({ InstanceId, HealthStatus: 'Unhealthy' });
    await world.pass(10 * MINUTE);
    world.ec2.failures.clear();
    const [chosen = ''] = await ids();
    world.answer(() => names(chosen));
    await world.api.resumeProcesses(name);
    await world.pass(20 * MINUTE);
    expect(first(world.questions).request.Cause).toBe('REBALANCE');
    expect(await ids()).not.toContain(chosen);
  });

  it('must be one function, the first policy, and no $LATEST', async () => {
    for (const policies of [
      ['OldestInstance', FUNCTION],
      [`${FUNCTION}:$LATEST`],
      ['arn:aws:sqs:eu-central-1:123456789012:choose'],
      [FUNCTION, `${FUNCTION}2`],
    ]) {
      await expect(
        world.api.updateAutoScalingGroup({ ...name, TerminationPolicies: policies }),
      ).rejects.toMatchObject({ name: 'ValidationError' });
    }
    await world.api.updateAutoScalingGroup({ ...name, TerminationPolicies: [`${FUNCTION}:live`, 'Default'] });
  });
});
