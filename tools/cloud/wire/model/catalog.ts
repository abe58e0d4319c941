/** How requests for a service are told from those for others, before its SDK client is loaded. */
export interface CatalogEntry {
  /** The service in the credential scope of a signed request. */
  readonly signingName: string;
  /** IAM's prefix of the service's actions. */
  readonly iamPrefix: string;
  /** What precedes the operation in `x-amz-target`. */
  readonly target: string;
  /** The API version that Query requests name. */
  readonly version: string;
}

/** By package of the SDK client; the values are those of the clients' own models and of the IAM reference. */
const CATALOG: Readonly<Record<string, CatalogEntry>> = {
  '@aws-sdk/client-auto-scaling': entry('autoscaling', 'AutoScaling_2011_01_01', '2011-01-01'),
  '@aws-sdk/client-cloudformation': entry('cloudformation', 'CloudFormation', '2010-05-15'),
  '@aws-sdk/client-cloudwatch': {
    ...entry('monitoring', 'GraniteServiceVersion20100801', '2010-08-01'),
    iamPrefix: 'cloudwatch',
  },
  '@aws-sdk/client-cloudwatch-logs': entry('logs', 'Logs_20140328', '2014-03-28'),
  '@aws-sdk/client-dynamodb': entry('dynamodb', 'DynamoDB_20120810', '2012-08-10'),
  '@aws-sdk/client-ec2': entry('ec2', 'AmazonEC2', '2016-11-15'),
  '@aws-sdk/client-ecr': entry('ecr', 'AmazonEC2ContainerRegistry_V20150921', '2015-09-21'),
  '@aws-sdk/client-efs': entry('elasticfilesystem', 'MagnolioAPIService_v20150201', '2015-02-01'),
  '@aws-sdk/client-elastic-load-balancing-v2': entry(
    'elasticloadbalancing',
    'ElasticLoadBalancing_v10',
    '2015-12-01',
  ),
  '@aws-sdk/client-eventbridge': entry('events', 'AWSEvents', '2015-10-07'),
  '@aws-sdk/client-iam': entry('iam', 'AWSIdentityManagementV20100508', '2010-05-08'),
  '@aws-sdk/client-kms': entry('kms', 'TrentService', '2014-11-01'),
  '@aws-sdk/client-lambda': entry('lambda', 'AWSGirApiService', '2015-03-31'),
  '@aws-sdk/client-rds': entry('rds', 'AmazonRDSv19', '2014-10-31'),
  '@aws-sdk/client-s3': entry('s3', 'AmazonS3', '2006-03-01'),
  '@aws-sdk/client-scheduler': entry('scheduler', 'AWSChronosService', '2021-06-30'),
  '@aws-sdk/client-secrets-manager': entry('secretsmanager', 'secretsmanager', '2017-10-17'),
  '@aws-sdk/client-servicediscovery': entry('servicediscovery', 'Route53AutoNaming_v20170314', '2017-03-14'),
  '@aws-sdk/client-sns': entry('sns', 'AmazonSimpleNotificationService', '2010-03-31'),
  '@aws-sdk/client-sqs': entry('sqs', 'AmazonSQS', '2012-11-05'),
  '@aws-sdk/client-ssm': entry('ssm', 'AmazonSSM', '2014-11-06'),
  '@aws-sdk/client-wafv2': entry('wafv2', 'AWSWAF_20190729', '2019-07-29'),
  '@aws-sdk/client-sts': entry('sts', 'AWSSecurityTokenServiceV20110615', '2011-06-15'),
};

/** IAM's prefixes of all services that the catalog has. */
export const servicePrefixes: readonly string[] = Object.values(CATALOG).map(({ iamPrefix }) => iamPrefix);

function entry(signingName: string, target: string, version: string): CatalogEntry {
  return { signingName, iamPrefix: signingName, target, version };
}

/** @throws Error for a client that the catalog does not have: a new service needs a line there. */
export function catalogEntry(client: string): CatalogEntry {
  const found = CATALOG[client];
  if (found === undefined) throw new Error(`${client} is missing in the cloud's catalog of services`);
  return found;
}
