import { ofType } from '../../support/packaged.ts';
import type { Demand, Subject } from './demand.ts';
import { at, list, means, refs, refusesPlainText } from './read.ts';

const DATABASE = 'AWS::RDS::DBInstance';
const BUCKET = 'AWS::S3::Bucket';

/** It stands before all else, and has a row's deviation for each of its own. */
const isOurs = ({ name }: Subject) => name !== 'ServerlessDeploymentBucket';

export const DATA: readonly Demand[] = [
  {
    row: 19,
    rule: 'in stage prod the database has a second in another zone',
    type: DATABASE,
    where: ({ params }) => params.multiAz,
    met: ({ resource: { Properties } }) => Properties.MultiAZ === true,
  },
  {
    row: 20,
    rule: 'the database is encrypted by the key of data',
    type: DATABASE,
    met: ({ resource: { Properties } }) =>
      Properties.StorageEncrypted === true && means(Properties.KmsKeyId, 'DataKey'),
  },
  {
    row: 21,
    rule: 'the database has no public address',
    type: DATABASE,
    met: ({ resource: { Properties } }) => Properties.PubliclyAccessible === false,
  },
  {
    row: 21,
    rule: 'the database’s subnets have no way out',
    type: 'AWS::RDS::DBSubnetGroup',
    met: ({ resource: { Properties }, template }) => {
      const subnets = refs(Properties.SubnetIds);
      const routed = ofType(template, 'AWS::EC2::SubnetRouteTableAssociation').flatMap(([, one]) =>
        refs(one.Properties.SubnetId),
      );
      return subnets.length >= 2 && !subnets.some((one) => routed.includes(one));
    },
    breach: { SubnetIds: [{ Ref: 'PrivateSubnetA' }, { Ref: 'DatabaseSubnetB' }] },
  },
  {
    row: 22,
    rule: 'the database is backed up for a week',
    type: DATABASE,
    met: ({ resource: { Properties } }) => Number(Properties.BackupRetentionPeriod) >= 7,
  },
  {
    row: 22,
    rule: 'where data is kept, the database is protected against deletion and leaves a snapshot',
    type: DATABASE,
    where: ({ params }) => params.keepsData,
    met: ({ resource }) =>
      resource.Properties.DeletionProtection === true && resource.DeletionPolicy === 'Snapshot',
  },
  {
    row: 23,
    rule: 'the database knows IAM, sends its logs, and is watched from inside',
    type: DATABASE,
    met: ({ resource: { Properties } }) =>
      Properties.EnableIAMDatabaseAuthentication === true &&
      ['error', 'slowquery'].every((log) => list(Properties.EnableCloudwatchLogsExports).includes(log)) &&
      Number(Properties.MonitoringInterval) > 0 &&
      means(Properties.MonitoringRoleArn, 'DatabaseMonitoringRole'),
  },
  {
    row: 24,
    rule: 'the database takes no connection without TLS',
    type: DATABASE,
    met: ({ resource: { Properties }, template }) => {
      const [parameters = ''] = refs(Properties.DBParameterGroupName);
      const required = at(template.Resources[parameters]?.Properties, 'Parameters.require_secure_transport');
      return ['1', 'ON'].includes(String(required));
    },
    by: () => 'DatabaseParameters',
  },
  {
    row: 25,
    rule: 'the database’s password is RDS’s own, in a secret',
    type: DATABASE,
    met: ({ resource: { Properties } }) =>
      Properties.ManageMasterUserPassword === true && Properties.MasterUserPassword === undefined,
  },
  {
    row: 25,
    rule: 'a secret’s value is made by Secrets Manager',
    type: 'AWS::SecretsManager::Secret',
    met: ({ resource: { Properties } }) =>
      Properties.GenerateSecretString !== undefined && Properties.SecretString === undefined,
  },
  {
    row: 26,
    rule: 'a table can be taken back in time, and is encrypted by a key of ours',
    type: 'AWS::DynamoDB::Table',
    met: ({ resource: { Properties } }) =>
      at(Properties, 'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled') === true &&
      at(Properties, 'SSESpecification.SSEType') === 'KMS' &&
      at(Properties, 'SSESpecification.KMSMasterKeyId.Fn::GetAtt.1') === 'Arn',
  },
  {
    row: 27,
    rule: 'a bucket blocks public access in all four ways',
    type: BUCKET,
    met: ({ resource: { Properties } }) =>
      ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].every(
        (way) => at(Properties, `PublicAccessBlockConfiguration.${way}`) === true,
      ),
  },
  {
    row: 28,
    rule: 'a bucket refuses who comes without TLS',
    type: BUCKET,
    met: ({ name, template }) => refusesPlainText(template, 'AWS::S3::BucketPolicy', 'Bucket', name),
    by: (name) => `${name}Policy`,
  },
  {
    row: 28,
    rule: 'a bucket is encrypted',
    type: BUCKET,
    met: ({ resource: { Properties } }) =>
      list(at(Properties, 'BucketEncryption.ServerSideEncryptionConfiguration')).length > 0,
  },
  {
    row: 28,
    rule: 'a bucket of ours keeps versions, and none of them for ever',
    type: BUCKET,
    where: isOurs,
    met: ({ resource: { Properties } }) =>
      at(Properties, 'VersioningConfiguration.Status') === 'Enabled' &&
      list(at(Properties, 'LifecycleConfiguration.Rules')).some(
        (one) => at(one, 'Status') === 'Enabled' && at(one, 'NoncurrentVersionExpiration') !== undefined,
      ),
  },
  {
    row: 28,
    rule: 'a bucket of ours logs who reads it, but for that of logs',
    type: BUCKET,
    where: (one) => isOurs(one) && one.name !== 'LogBucket',
    met: ({ resource: { Properties } }) =>
      means(at(Properties, 'LoggingConfiguration.DestinationBucketName'), 'LogBucket'),
  },
];
