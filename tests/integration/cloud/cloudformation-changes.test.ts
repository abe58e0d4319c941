import { EC2 } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { CloudFormationWorld, queue } from './cloudformation-world.ts';

let world: CloudFormationWorld;

beforeAll(async () => {
  world = await CloudFormationWorld.start();
});

afterAll(() => world.close());

afterEach(async () => {
  const { Stacks = [] } = await world.cloudFormation.describeStacks({});
  for (const { StackName = '' } of Stacks.reverse()) {
    await world.cloudFormation.updateTerminationProtection({ StackName, EnableTerminationProtection: false });
    await world.delete(StackName);
  }
});

const chain = {
  Resources: {
    Work: queue({
      RedrivePolicy: { maxReceiveCount: 3, deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] } },
    }),
    Dead: queue(),
  },
  Outputs: { Work: { Value: { 'Fn::GetAtt': ['Work', 'QueueName'] } } },
};

describe('updating a stack', () => {
  it('changes in place what can be, replaces what must be, and leaves the rest alone', async () => {
    const template = (delay: number, name: string) => ({
      Resources: {
        Changed: queue({ DelaySeconds: delay }),
        Replaced: queue({ QueueName: name }),
        Same: queue(),
      },
    });
    await world.create('updated', template(1, 'old'));
    const ids = () =>
      Promise.all(['Changed', 'Replaced', 'Same'].map((id) => world.physicalId('updated', id)));
    const before = await ids();
    const stack = await world.update('updated', template(2, 'new'));
    expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
    const after = await ids();
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    expect(after[1]).toMatch(/\/new$/);
    expect(await world.queueNames()).not.toContain('old');
    const story = await world.story('updated');
    expect(story.filter((event) => event.startsWith('Same'))).toHaveLength(3);
    expect(story.indexOf('Replaced DELETE_COMPLETE')).toBeGreaterThan(
      story.indexOf('updated UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'),
    );
  });

  it('gives an endpoint other route tables in place', async () => {
    const table = { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } };
    const template = (...tables: string[]) => ({
      Resources: {
        Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/16' } },
        A: table,
        B: table,
        Endpoint: {
          Type: 'AWS::EC2::VPCEndpoint',
          Properties: {
            VpcId: { Ref: 'Vpc' },
            ServiceName: { 'Fn::Sub': 'com.amazonaws.${AWS::Region}.s3' },
            VpcEndpointType: 'Gateway',
            RouteTableIds: tables.map((Ref) => ({ Ref })),
          },
        },
      },
    });
    const { endpoint, kernel } = world.cloud;
    const ec2 = new EC2({ endpoint, region: kernel.account.region, credentials: ACCOUNT_KEYS });
    const tables = async () => {
      const VpcEndpointIds = [await world.physicalId('endpoint', 'Endpoint')];
      const { VpcEndpoints: [found] = [] } = await ec2.describeVpcEndpoints({ VpcEndpointIds });
      return found?.RouteTableIds;
    };
    await world.create('endpoint', template('A'));
    const before = await world.physicalId('endpoint', 'Endpoint');
    await world.update('endpoint', template('A', 'B'));
    expect(await world.physicalId('endpoint', 'Endpoint')).toBe(before);
    expect(await tables()).toHaveLength(2);
    await world.update('endpoint', template('B'));
    expect(await tables()).toEqual([await world.physicalId('endpoint', 'B')]);
    ec2.destroy();
  });

  it('removes what the template no longer holds, unless it is to be retained', async () => {
    const kept = queue({ QueueName: 'kept' }, { DeletionPolicy: 'Retain' });
    await world.create('shrunk', { Resources: { A: queue(), B: queue({ QueueName: 'gone' }), C: kept } });
    const stack = await world.update('shrunk', { Resources: { A: queue() } });
    expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
    const names = await world.queueNames();
    expect(names).toContain('kept');
    expect(names).not.toContain('gone');
    expect(await world.story('shrunk')).toContain('C DELETE_SKIPPED');
    await world.sqs.deleteQueue({ QueueUrl: `${world.cloud.endpoint}/123456789012/kept` });
  });

  it('goes back to what was when it fails', async () => {
    await world.create('back', { Resources: { A: queue({ DelaySeconds: 1 }) } });
    const stack = await world.update('back', {
      Resources: { A: queue({ DelaySeconds: 2 }), B: { ...queue({ Colour: 1 }), DependsOn: 'A' } },
    });
    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    const { Attributes } = await world.sqs.getQueueAttributes({
      QueueUrl: await world.physicalId('back', 'A'),
      AttributeNames: ['DelaySeconds'],
    });
    expect(Attributes).toEqual({ DelaySeconds: '1' });
    const { TemplateBody } = await world.cloudFormation.getTemplate({ StackName: 'back' });
    expect(TemplateBody).not.toContain('Colour');
  });

  it('is refused when nothing would change', async () => {
    await world.create('still', chain);
    const attempt = world.cloudFormation.updateStack({
      StackName: 'still',
      TemplateBody: JSON.stringify(chain),
    });
    await expect(attempt).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'No updates are to be performed.',
    });
  });

  it('keeps parameters that say so, and refuses values that are not allowed', async () => {
    const template = (size: number) => ({
      Parameters: { Delay: { Type: 'Number', AllowedValues: [1, 5] } },
      Resources: { A: queue({ DelaySeconds: { Ref: 'Delay' }, MaximumMessageSize: size }) },
    });
    const Parameters = [{ ParameterKey: 'Delay', ParameterValue: '5' }];
    await world.create('given', template(2_048), { Parameters });
    const stack = await world.update('given', template(4_096), {
      Parameters: [{ ParameterKey: 'Delay', UsePreviousValue: true }],
    });
    expect(stack.Parameters).toEqual(Parameters);
    const TemplateBody = JSON.stringify(template(4_096));
    const attempt = (value?: string) =>
      world.cloudFormation.updateStack({
        StackName: 'given',
        TemplateBody,
        Parameters: value === undefined ? [] : [{ ParameterKey: 'Delay', ParameterValue: value }],
      });
    await expect(attempt('3')).rejects.toMatchObject({
      message: "Parameter 'Delay' must be one of AllowedValues",
    });
    await expect(attempt()).rejects.toMatchObject({ message: 'Parameters: [Delay] must have values' });
  });
});

describe('a change set', () => {
  it('shows what would change, changes nothing, and is carried out once', async () => {
    await world.create('reviewed', { Resources: { A: queue({ DelaySeconds: 1 }), B: queue(), C: queue() } });
    await world.cloudFormation.createChangeSet({
      StackName: 'reviewed',
      ChangeSetName: 'next',
      TemplateBody: JSON.stringify({
        Resources: { A: queue({ DelaySeconds: 2 }), B: queue({ QueueName: 'b' }), D: queue() },
      }),
    });
    await world.settled('reviewed');
    const named = { StackName: 'reviewed', ChangeSetName: 'next' };
    const changeSet = await world.cloudFormation.describeChangeSet(named);
    expect(changeSet).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
    const changes = changeSet.Changes?.map(({ ResourceChange: change }) => [
      change?.Action,
      change?.LogicalResourceId,
      change?.Replacement,
    ]);
    expect(changes).toEqual([
      ['Modify', 'A', 'False'],
      ['Modify', 'B', 'True'],
      ['Add', 'D', undefined],
      ['Remove', 'C', undefined],
    ]);
    expect(await world.queueNames()).toHaveLength(3);
    await world.cloudFormation.executeChangeSet(named);
    const stack = await world.settled('reviewed');
    expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
    expect(await world.queueNames()).toContain('b');
    await expect(world.cloudFormation.executeChangeSet(named)).rejects.toMatchObject({
      name: 'ChangeSetNotFoundException',
    });
  });

  it('fails when it changes nothing', async () => {
    await world.create('idle', chain);
    const named = { StackName: 'idle', ChangeSetName: 'none' };
    await world.cloudFormation.createChangeSet({ ...named, TemplateBody: JSON.stringify(chain) });
    await world.settled('idle');
    expect(await world.cloudFormation.describeChangeSet(named)).toMatchObject({
      Status: 'FAILED',
      StatusReason: expect.stringContaining("didn't contain changes") as string,
    });
  });

  it('creates a stack that is under review until then', async () => {
    const named = { StackName: 'fresh', ChangeSetName: 'first' };
    const TemplateBody = JSON.stringify(chain);
    await world.cloudFormation.createChangeSet({ ...named, ChangeSetType: 'CREATE', TemplateBody });
    expect((await world.stack('fresh')).StackStatus).toBe('REVIEW_IN_PROGRESS');
    await world.cloud.clock.runUntil(world.cloud.clock.now() + 10_000);
    await world.cloudFormation.executeChangeSet(named);
    expect((await world.settled('fresh')).StackStatus).toBe('CREATE_COMPLETE');
  });
});

describe('deleting a stack', () => {
  it('removes its resources, the dependent ones first, and leaves nothing', async () => {
    await world.create('gone', chain);
    const stack = await world.delete('gone');
    expect(stack.StackStatus).toBe('DELETE_COMPLETE');
    const story = await world.story(stack.StackId ?? '');
    expect(story.filter((event) => event.endsWith('DELETE_COMPLETE'))).toEqual([
      'Work DELETE_COMPLETE',
      'Dead DELETE_COMPLETE',
      'gone DELETE_COMPLETE',
    ]);
    expect(await world.queueNames()).toEqual([]);
    await expect(world.stack('gone')).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('fails at what cannot be deleted, and succeeds once it can be', async () => {
    await world.create('full', { Resources: { Bucket: { Type: 'AWS::S3::Bucket' }, Queue: queue() } });
    const Bucket = await world.physicalId('full', 'Bucket');
    await world.s3.putObject({ Bucket, Key: 'x', Body: 'x' });
    const failed = await world.delete('full');
    expect(failed).toMatchObject({
      StackStatus: 'DELETE_FAILED',
      StackStatusReason: 'The following resource(s) failed to delete: [Bucket].',
    });
    await world.s3.deleteObject({ Bucket, Key: 'x' });
    expect((await world.delete('full')).StackStatus).toBe('DELETE_COMPLETE');
  });

  it('is refused while the stack is protected', async () => {
    await world.create('guarded', chain, { EnableTerminationProtection: true });
    await expect(world.cloudFormation.deleteStack({ StackName: 'guarded' })).rejects.toMatchObject({
      message: 'Stack [guarded] cannot be deleted while TerminationProtection is enabled',
    });
  });

  it('is refused while another stack uses its exports', async () => {
    await world.create('exporter', {
      Resources: { A: queue() },
      Outputs: { Name: { Value: { 'Fn::GetAtt': ['A', 'QueueName'] }, Export: { Name: 'shared' } } },
    });
    const importer = {
      Resources: {
        B: queue({ QueueName: { 'Fn::Sub': ['${n}-b', { n: { 'Fn::ImportValue': 'shared' } }] } }),
      },
    };
    await world.create('importer', importer);
    const { Imports } = await world.cloudFormation.listImports({ ExportName: 'shared' });
    expect(Imports).toEqual(['importer']);
    await expect(world.cloudFormation.deleteStack({ StackName: 'exporter' })).rejects.toMatchObject({
      message: 'Export shared cannot be deleted as it is in use by importer',
    });
  });

  it('of what is not there is no error', async () => {
    await expect(world.cloudFormation.deleteStack({ StackName: 'never' })).resolves.toBeDefined();
  });
});

describe('whoever deploys on a paced clock', () => {
  it('does not wait for resources in real time', async () => {
    const { clock } = world.cloud;
    const { StackId } = await world.cloudFormation.createStack({
      StackName: 'hurried',
      TemplateBody: JSON.stringify(chain),
    });
    expect(clock.isHurried).toBe(true);
    await world.settled(StackId ?? '');
    expect(clock.isHurried).toBe(false);
  });
});
