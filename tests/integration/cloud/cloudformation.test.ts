import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CloudFormationWorld, outputOf, queue } from './cloudformation-world.ts';

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

describe('creating a stack', () => {
  it('makes each resource after those it refers to, and tells of each step', async () => {
    const stack = await world.create('made', chain);
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    expect(await world.story('made')).toEqual([
      'made CREATE_IN_PROGRESS',
      'Dead CREATE_IN_PROGRESS',
      'Dead CREATE_IN_PROGRESS',
      'Dead CREATE_COMPLETE',
      'Work CREATE_IN_PROGRESS',
      'Work CREATE_IN_PROGRESS',
      'Work CREATE_COMPLETE',
      'made CREATE_COMPLETE',
    ]);
    expect(outputOf(stack, 'Work')).toMatch(/^made-Work-[A-Z0-9]{12}$/);
  });

  it('takes back everything when one resource fails', async () => {
    const stack = await world.create('broken', {
      Resources: { Good: queue(), Bad: { ...queue({ DelaySeconds: 100_000 }), DependsOn: 'Good' } },
    });
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    const story = await world.story('broken');
    expect(story).toContain('Bad CREATE_FAILED');
    expect(story.slice(-4)).toEqual([
      'broken ROLLBACK_IN_PROGRESS',
      'Good DELETE_IN_PROGRESS',
      'Good DELETE_COMPLETE',
      'broken ROLLBACK_COMPLETE',
    ]);
    expect(await world.queueNames()).toEqual([]);
  });

  it('keeps what was made when rollback is disabled', async () => {
    const template = {
      Resources: { Good: queue(), Bad: { ...queue({ DelaySeconds: 100_000 }), DependsOn: 'Good' } },
    };
    const stack = await world.create('kept', template, { DisableRollback: true });
    expect(stack.StackStatus).toBe('CREATE_FAILED');
    expect(await world.queueNames()).toHaveLength(1);
  });

  it.each([
    ['an unknown property', { Colour: 'red' }, 'extraneous key [Colour] is not permitted'],
    [
      'a property of another shape',
      { DelaySeconds: [1] },
      '#/DelaySeconds: expected type: Integer, found: JSONArray',
    ],
  ])('fails on %s', async (_what, properties, message) => {
    const stack = await world.create('wrong', { Resources: { Queue: queue(properties) } });
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    const failed = (await world.events('wrong')).find((event) => event.ResourceStatus === 'CREATE_FAILED');
    expect(failed?.ResourceStatusReason).toContain(message);
  });

  it('fails on a missing required property', async () => {
    const stack = await world.create('lacking', { Resources: { Policy: { Type: 'AWS::SQS::QueuePolicy' } } });
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    const reasons = (await world.events('lacking')).map((event) => event.ResourceStatusReason ?? '');
    expect(reasons.join('\n')).toContain('required key [PolicyDocument] not found');
  });

  it.each([
    [
      'an unknown resource type',
      { Resources: { A: { Type: 'AWS::SQS::Pipe' } } },
      'Template format error: Unrecognized resource types: [AWS::SQS::Pipe]',
    ],
    [
      'an attribute that the type has not',
      { Resources: { A: queue() }, Outputs: { X: { Value: { 'Fn::GetAtt': ['A', 'Colour'] } } } },
      'Template error: resource A does not support attribute type Colour in Fn::GetAtt',
    ],
    [
      'a reference to nothing',
      { Resources: { A: queue({ QueueName: { Ref: 'Missing' } }) } },
      'Template format error: Unresolved resource dependencies [Missing] in the Resources block of the template',
    ],
    [
      'a circle',
      { Resources: { A: { ...queue(), DependsOn: 'B' }, B: { ...queue(), DependsOn: ['A'] } } },
      'Circular dependency between resources: [A, B]',
    ],
    [
      'no resources',
      { Resources: {} },
      'Template format error: At least one Resources member must be defined.',
    ],
  ])('is refused at once for %s', async (_what, template, message) => {
    const attempt = world.cloudFormation.createStack({
      StackName: 'refused',
      TemplateBody: JSON.stringify(template),
    });
    await expect(attempt).rejects.toMatchObject({ name: 'ValidationError', message });
    await expect(world.stack('refused')).rejects.toMatchObject({
      message: 'Stack with id refused does not exist',
    });
  });

  it('needs a capability for IAM resources, and another for named ones', async () => {
    const role = (properties: object) => ({
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }, ...properties },
        },
      },
    });
    const create = (template: object, Capabilities: 'CAPABILITY_IAM'[]) =>
      world.cloudFormation.createStack({
        StackName: 'roles',
        TemplateBody: JSON.stringify(template),
        Capabilities,
      });
    await expect(create(role({}), [])).rejects.toMatchObject({
      name: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_IAM]',
    });
    await expect(create(role({ RoleName: 'mine' }), ['CAPABILITY_IAM'])).rejects.toMatchObject({
      message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    });
  });

  it('reads its template from S3, in YAML with short tags', async () => {
    const Body = [
      'Parameters:',
      '  Delay: { Type: Number, Default: 7 }',
      'Conditions:',
      '  Slow: !Not [!Equals [!Ref Delay, 0]]',
      'Resources:',
      '  Queue:',
      '    Type: AWS::SQS::Queue',
      '    Properties:',
      '      QueueName: !Sub "${AWS::StackName}-${AWS::Region}"',
      '      DelaySeconds: !If [Slow, !Ref Delay, !Ref AWS::NoValue]',
      '  Absent:',
      '    Type: AWS::SQS::Queue',
      '    Condition: Never',
      'Outputs:',
      '  Url: { Value: !Ref Queue }',
    ].join('\n');
    await world.s3.createBucket({ Bucket: 'templates' });
    const complete = `${Body}\n`.replace('Conditions:', 'Conditions:\n  Never: !Equals [a, b]');
    await world.s3.putObject({ Bucket: 'templates', Key: 'dir/one.yml', Body: complete });
    await world.cloudFormation.createStack({
      StackName: 'yaml',
      TemplateURL: 'https://s3.eu-central-1.amazonaws.com/templates/dir/one.yml',
    });
    const stack = await world.settled('yaml');
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    expect(await world.queueNames()).toEqual(['yaml-eu-central-1']);
    const { Attributes } = await world.sqs.getQueueAttributes({
      QueueUrl: outputOf(stack, 'Url') ?? '',
      AttributeNames: ['DelaySeconds'],
    });
    expect(Attributes).toEqual({ DelaySeconds: '7' });
  });

  it('takes values from SSM parameters', async () => {
    await world.ssm.putParameter({ Name: '/delay', Value: '9', Type: 'String' });
    const stack = await world.create('ssm', {
      Parameters: { Delay: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/delay' } },
      Resources: {
        One: queue({ DelaySeconds: { Ref: 'Delay' } }),
        Two: queue({ DelaySeconds: '{{resolve:ssm:/delay}}' }),
      },
    });
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    expect(stack.Parameters).toEqual([
      { ParameterKey: 'Delay', ParameterValue: '/delay', ResolvedValue: '9' },
    ]);
    for (const name of ['One', 'Two']) {
      const QueueUrl = await world.physicalId('ssm', name);
      const { Attributes } = await world.sqs.getQueueAttributes({
        QueueUrl,
        AttributeNames: ['DelaySeconds'],
      });
      expect(Attributes).toEqual({ DelaySeconds: '9' });
    }
  });
});
