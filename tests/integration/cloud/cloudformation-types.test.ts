import type { Stack } from '@aws-sdk/client-cloudformation';
import { EC2 } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TYPE_NAMES } from '../../../tools/cloud/services/cloudformation/schema/type-names.ts';
import { CloudFormationWorld } from './cloudformation-world.ts';
import { everyType } from './every-type.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const STACK = 'every';
const options = { Capabilities: ['CAPABILITY_IAM'] };

let world: CloudFormationWorld;
let ec2: EC2;

beforeAll(async () => {
  world = await CloudFormationWorld.start();
  const credentials = ACCOUNT_KEYS;
  ec2 = new EC2({ region: 'eu-central-1', endpoint: world.cloud.endpoint, credentials });
});

afterAll(async () => {
  ec2.destroy();
  await world.close();
});

/** Why a stack is not as it should be: what its events say of failures. */
const failures = async ({ StackId = '' }: Stack) =>
  (await world.events(StackId))
    .filter((event) => event.ResourceStatus?.endsWith('_FAILED') && event.LogicalResourceId !== STACK)
    .map((event) => `${event.LogicalResourceId ?? ''}: ${event.ResourceStatusReason ?? ''}`);

const physicalIds = async () => {
  const { StackResources = [] } = await world.cloudFormation.describeStackResources({ StackName: STACK });
  return new Map(StackResources.map((resource) => [resource.LogicalResourceId, resource.PhysicalResourceId]));
};

describe('every resource type', () => {
  it('is in the template of this test', () => {
    const types = new Set(Object.values(everyType(1).Resources).map((resource) => resource.Type));
    expect([...types].sort()).toEqual([...TYPE_NAMES].sort());
  });

  it('is made', async () => {
    const stack = await world.create(STACK, everyType(1), options);
    expect(await failures(stack)).toEqual([]);
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
  });

  it('is changed in place', async () => {
    const before = await physicalIds();
    const stack = await world.update(STACK, everyType(2), options);
    expect(await failures(stack)).toEqual([]);
    expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
    expect(await physicalIds()).toEqual(before);
  });

  it("takes its stack's tags, when those change", async () => {
    const before = await physicalIds();
    const Tags = [{ Key: 'stage', Value: 'prod' }];
    const stack = await world.update(STACK, everyType(2), { ...options, Tags });
    expect(await failures(stack)).toEqual([]);
    expect(await physicalIds()).toEqual(before);
    for (const name of ['Vpc', 'Igw', 'Sg']) {
      const Filters = [{ Name: 'resource-id', Values: [before.get(name) ?? ''] }];
      const { Tags: tags = [] } = await ec2.describeTags({ Filters });
      expect(tags.find((tag) => tag.Key === 'stage')?.Value).toBe('prod');
    }
  });

  it('is deleted, and can be made once more under the same names', async () => {
    const stack = await world.delete(STACK);
    expect(await failures(stack)).toEqual([]);
    expect(stack.StackStatus).toBe('DELETE_COMPLETE');
    const again = await world.create(STACK, everyType(2), options);
    expect(await failures(again)).toEqual([]);
    expect(again.StackStatus).toBe('CREATE_COMPLETE');
  });

  it('is refused an update policy that would be skipped', async () => {
    const { Resources } = everyType(1);
    const UpdatePolicy = { AutoScalingRollingUpdate: { MinInstancesInService: 1 } };
    const stack = await world.update(
      STACK,
      { Resources: { ...Resources, Group: { ...Resources.Group, UpdatePolicy } } },
      options,
    );
    expect(await failures(stack)).toEqual([
      'Group: UpdatePolicy.AutoScalingRollingUpdate of AWS::AutoScaling::AutoScalingGroup is not part of this local cloud',
    ]);
    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});
