import { ofType, type Template } from '../../support/packaged.ts';
import type { Demand } from './demand.ts';
import { at, grants, everyOf, list, means, statements } from './read.ts';

const FUNCTION = 'AWS::Lambda::Function';
const ROLE = 'AWS::IAM::Role';

/** Actions that AWS knows no narrower resource for: they read, they trace, or they make what has no name yet. */
const NARROWS_NOTHING =
  /:(Describe|Get|List)|^xray:Put|^ec2:(Create|Delete|Assign|Unassign)(NetworkInterface|PrivateIpAddresses)$/;

const hasFailureDestination = (name: string, template: Template) =>
  ofType(template, 'AWS::Lambda::EventInvokeConfig').some(
    ([, { Properties }]) =>
      means(Properties.FunctionName, name) &&
      at(Properties, 'DestinationConfig.OnFailure.Destination') !== undefined,
  );

const readsQueue = (name: string, template: Template) =>
  ofType(template, 'AWS::Lambda::EventSourceMapping').some(([, { Properties }]) =>
    means(Properties.FunctionName, name),
  );

export const FUNCTIONS: readonly Demand[] = [
  {
    row: 31,
    rule: 'what a function fails at is kept: by its destination, its dead-letter target or its queue',
    type: FUNCTION,
    met: ({ name, resource: { Properties }, template }) =>
      at(Properties, 'DeadLetterConfig.TargetArn') !== undefined ||
      hasFailureDestination(name, template) ||
      readsQueue(name, template),
    by: (name) =>
      name === 'NotifyLambdaFunction' ? 'NotifyEventSourceMappingSQSOutboxQueue' : destinationOf(name),
  },
  {
    row: 33,
    rule: 'with concurrency=reserved, a function has concurrency of its own',
    type: FUNCTION,
    where: ({ params }) => params.reserves,
    met: ({ resource: { Properties } }) => Number(Properties.ReservedConcurrentExecutions) > 0,
  },
  {
    row: 34,
    rule: 'a function is traced, and says its memory, its time and its current runtime',
    type: FUNCTION,
    met: ({ resource: { Properties } }) =>
      at(Properties, 'TracingConfig.Mode') === 'Active' &&
      Number(Properties.MemorySize) > 0 &&
      Number(Properties.Timeout) > 0 &&
      Properties.Runtime === 'nodejs24.x',
  },
  {
    row: 35,
    rule: 'a function’s environment is encrypted by the control plane’s key, and holds no secret',
    type: FUNCTION,
    met: ({ resource: { Properties } }) =>
      means(Properties.KmsKeyArn, 'ControlPlaneKey') &&
      !/secret|password|token|webhook/i.test(JSON.stringify(at(Properties, 'Environment.Variables'))),
    breach: {
      KmsKeyArn: { 'Fn::GetAtt': ['ControlPlaneKey', 'Arn'] },
      Environment: { Variables: { SLACK_WEBHOOK: 'https://hooks.example.com' } },
    },
  },
  {
    row: 36,
    rule: 'a function is invoked by a named source of this account alone',
    type: 'AWS::Lambda::Permission',
    met: ({ resource: { Properties } }) =>
      String(Properties.Principal).endsWith('.amazonaws.com') &&
      Properties.SourceArn !== undefined &&
      at(Properties, 'SourceAccount.Ref') === 'AWS::AccountId',
    breach: { Principal: '*' },
  },
  {
    row: 37,
    rule: 'admission stands in the network of the instances that it asks',
    type: FUNCTION,
    where: ({ name, template }) => name.startsWith('Admit') && ofType(template, 'AWS::EC2::VPC').length > 0,
    met: ({ resource: { Properties } }) => list(at(Properties, 'VpcConfig.SubnetIds')).length >= 2,
  },
  {
    row: 38,
    rule: 'a role has no action by a wildcard, and no administrator’s policy',
    type: ROLE,
    met: ({ resource }) =>
      !grants(resource).some(({ Action }) => list(Action).some((one) => String(one).includes('*'))) &&
      !/AdministratorAccess|PowerUserAccess|FullAccess/.test(
        JSON.stringify(resource.Properties.ManagedPolicyArns ?? []),
      ),
    breach: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
  },
  {
    row: 38,
    rule: 'a role means every resource only where AWS knows no narrower one, or a condition narrows it',
    type: ROLE,
    met: ({ resource }) =>
      grants(resource)
        .filter(({ Resource, Condition }) => list(Resource).includes('*') && Condition === undefined)
        .flatMap(({ Action }) => list(Action))
        .every((action) => NARROWS_NOTHING.test(String(action))),
    breach: {
      Policies: [
        { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] } },
      ],
    },
  },
  {
    row: 38,
    rule: 'a role hands roles on to one service alone',
    type: ROLE,
    where: ({ name }) => name === 'RefreshRole',
    met: ({ resource }) =>
      everyOf(
        grants(resource).filter(({ Action }) => list(Action).includes('iam:PassRole')),
        ({ Condition }) => Condition?.StringEquals?.['iam:PassedToService'] !== undefined,
      ),
  },
  {
    row: 39,
    rule: 'a role trusts services alone',
    type: ROLE,
    met: ({ resource: { Properties } }) =>
      everyOf(statements(Properties.AssumeRolePolicyDocument), ({ Principal }) =>
        everyOf(
          Object.entries(Principal as object),
          ([kind, who]) =>
            kind === 'Service' && list(who).every((one) => String(one).endsWith('.amazonaws.com')),
        ),
      ),
  },
];

/** What keeps the failures of a function: its destination, or for one that can have none its own dead-letter target. */
function destinationOf(name: string): string {
  return /^(Admit|Drain|Refresh)/.test(name) ? name : name.replace(/Function$/, 'EvConf');
}
