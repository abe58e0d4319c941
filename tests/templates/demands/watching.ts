import { ofType, type Template } from '../../support/packaged.ts';
import type { Demand } from './demand.ts';
import { at, list, means, refs, statements } from './read.ts';

const STATEFUL = [
  'AWS::DynamoDB::Table',
  'AWS::EFS::FileSystem',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::RDS::DBInstance',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
];

/** Whether a rule of EventBridge hears of an alarm by its name. */
const isHeard = (alarm: unknown, template: Template) =>
  ofType(template, 'AWS::Events::Rule').some(([, { Properties }]) =>
    list(at(Properties, 'EventPattern.detail.alarmName')).some((one) =>
      String(alarm).startsWith(String(at(one, 'prefix'))),
    ),
  );

export const WATCHING: readonly Demand[] = [
  {
    row: 40,
    rule: 'a log ends, and is encrypted by the control plane’s key',
    type: 'AWS::Logs::LogGroup',
    met: ({ resource: { Properties } }) =>
      Number(Properties.RetentionInDays) > 0 && means(Properties.KmsKeyId, 'ControlPlaneKey'),
  },
  {
    row: 41,
    rule: 'an alarm tells people, or a rule hears it',
    type: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
    met: ({ resource: { Properties }, template }) => {
      const tells = [...list(Properties.AlarmActions), ...list(Properties.OKActions)];
      const acts = tells.length > 0 || isHeard(Properties.AlarmName, template);
      return acts && Properties.ActionsEnabled !== false;
    },
  },
  {
    row: 42,
    rule: 'the network logs who speaks to whom',
    type: 'AWS::EC2::VPC',
    met: ({ name, template }) =>
      ofType(template, 'AWS::EC2::FlowLog').some(
        ([, { Properties }]) =>
          refs(Properties.ResourceId).includes(name) && Properties.TrafficType === 'ALL',
      ),
    by: () => 'FlowLog',
  },
  {
    row: 43,
    rule: 'a key rotates',
    type: 'AWS::KMS::Key',
    met: ({ resource: { Properties } }) => Properties.EnableKeyRotation === true,
  },
  {
    row: 43,
    rule: 'a key is for nobody who is not named',
    type: 'AWS::KMS::Key',
    met: ({ resource: { Properties } }) =>
      !statements(Properties.KeyPolicy).some(
        ({ Effect, Principal }) => Effect === 'Allow' && [Principal, at(Principal, 'AWS')].includes('*'),
      ),
    breach: { KeyPolicy: { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*' }] } },
  },
  {
    row: 44,
    rule: 'what holds data says what becomes of it, in an update and at the end',
    type: STATEFUL,
    where: ({ name }) => name !== 'ServerlessDeploymentBucket',
    met: ({ resource: { DeletionPolicy, UpdateReplacePolicy } }) =>
      DeletionPolicy !== undefined && UpdateReplacePolicy !== undefined,
  },
  {
    row: 44,
    rule: 'where data is kept, it outlives the stack',
    type: STATEFUL.filter((type) => !/Logs|SQS/.test(type)),
    where: ({ name, params }) => params.keepsData && name !== 'ServerlessDeploymentBucket',
    met: ({ resource: { DeletionPolicy = '', UpdateReplacePolicy = '' } }) =>
      [DeletionPolicy, UpdateReplacePolicy].every((policy) => ['Retain', 'Snapshot'].includes(policy)),
  },
];
