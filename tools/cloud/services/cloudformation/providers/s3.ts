import type { Tag } from '@aws-sdk/client-cloudformation';
import type {
  LifecycleRule,
  OwnershipControlsRule,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionByDefault,
  VersioningConfiguration,
} from '@aws-sdk/client-s3';
import { deleted, mergedTags, provider } from './provider.ts';
import type { Made, ProviderContext } from './provider.ts';

interface EncryptionRule {
  readonly BucketKeyEnabled?: boolean;
  readonly ServerSideEncryptionByDefault?: ServerSideEncryptionByDefault;
}

interface Bucket {
  readonly BucketName?: string;
  readonly BucketEncryption?: { readonly ServerSideEncryptionConfiguration: EncryptionRule[] };
  readonly VersioningConfiguration?: VersioningConfiguration;
  readonly PublicAccessBlockConfiguration?: PublicAccessBlockConfiguration;
  readonly OwnershipControls?: { readonly Rules: OwnershipControlsRule[] };
  readonly LifecycleConfiguration?: { readonly Rules: LifecycleRuleProperties[] };
  readonly LoggingConfiguration?: LoggingProperties;
  readonly Tags?: Tag[];
}

/** CloudFormation writes a rule's parts flat where the API nests them. */
interface LifecycleRuleProperties {
  readonly Id?: string;
  readonly Status: 'Enabled' | 'Disabled';
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
  readonly NoncurrentVersionExpirationInDays?: number;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number };
}

interface LoggingProperties {
  /** Without it the bucket logs into itself. */
  readonly DestinationBucketName?: string;
  readonly LogFilePrefix?: string;
}

export const bucket = provider<Bucket>({
  properties: [
    'BucketName',
    'BucketEncryption',
    'VersioningConfiguration',
    'PublicAccessBlockConfiguration',
    'OwnershipControls',
    'LifecycleConfiguration',
    'LoggingConfiguration',
    'Tags',
  ],
  async create(wanted, context) {
    const name = wanted.BucketName ?? context.physicalName(63).toLowerCase();
    await context.api.s3.CreateBucket({ Bucket: name });
    context.announce(name);
    await configure(name, wanted, context);
    return made(name, context);
  },
  async update(name, wanted, before, context) {
    await configure(name, wanted, context);
    await takeAway(name, wanted, before, context);
    return made(name, context);
  },
  async delete(name, _wanted, { api }) {
    await deleted(api.s3.DeleteBucket({ Bucket: name }));
  },
});

/** What a template no longer says of its bucket goes back to what a new bucket has. */
async function takeAway(
  Bucket: string,
  wanted: Bucket,
  before: Bucket,
  { api: { s3 } }: ProviderContext,
): Promise<void> {
  const isGone = (name: keyof Bucket) => before[name] !== undefined && wanted[name] === undefined;
  if (isGone('LoggingConfiguration')) await s3.PutBucketLogging({ Bucket, BucketLoggingStatus: {} });
  if (isGone('LifecycleConfiguration')) await s3.DeleteBucketLifecycle({ Bucket });
  if (isGone('BucketEncryption')) await s3.DeleteBucketEncryption({ Bucket });
  if (isGone('PublicAccessBlockConfiguration')) await s3.DeletePublicAccessBlock({ Bucket });
  if (isGone('OwnershipControls')) await s3.DeleteBucketOwnershipControls({ Bucket });
  if (isGone('VersioningConfiguration')) {
    await s3.PutBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Suspended' } });
  }
}

async function configure(name: string, wanted: Bucket, context: ProviderContext): Promise<void> {
  const { s3 } = context.api;
  const { BucketEncryption: encryption, VersioningConfiguration: versioning } = wanted;
  if (encryption !== undefined) {
    const rules = encryption.ServerSideEncryptionConfiguration.map((rule) => ({
      BucketKeyEnabled: rule.BucketKeyEnabled,
      ApplyServerSideEncryptionByDefault: rule.ServerSideEncryptionByDefault,
    }));
    await s3.PutBucketEncryption({ Bucket: name, ServerSideEncryptionConfiguration: { Rules: rules } });
  }
  if (versioning !== undefined) {
    await s3.PutBucketVersioning({ Bucket: name, VersioningConfiguration: versioning });
  }
  const { PublicAccessBlockConfiguration: access, OwnershipControls: ownership } = wanted;
  if (access !== undefined) {
    await s3.PutPublicAccessBlock({ Bucket: name, PublicAccessBlockConfiguration: access });
  }
  if (ownership !== undefined) {
    await s3.PutBucketOwnershipControls({ Bucket: name, OwnershipControls: ownership });
  }
  if (wanted.LifecycleConfiguration !== undefined) {
    const rules = wanted.LifecycleConfiguration.Rules.map(lifecycleRule);
    await s3.PutBucketLifecycleConfiguration({ Bucket: name, LifecycleConfiguration: { Rules: rules } });
  }
  if (wanted.LoggingConfiguration !== undefined) {
    const { DestinationBucketName: target = name, LogFilePrefix: prefix = '' } = wanted.LoggingConfiguration;
    const LoggingEnabled = { TargetBucket: target, TargetPrefix: prefix };
    await s3.PutBucketLogging({ Bucket: name, BucketLoggingStatus: { LoggingEnabled } });
  }
  await s3.PutBucketTagging({ Bucket: name, Tagging: { TagSet: mergedTags(wanted.Tags, context) } });
}

function lifecycleRule(rule: LifecycleRuleProperties): LifecycleRule {
  const { ExpirationInDays: days, NoncurrentVersionExpiration: kept } = rule;
  const noncurrent = kept?.NoncurrentDays ?? rule.NoncurrentVersionExpirationInDays;
  return {
    ID: rule.Id,
    Status: rule.Status,
    Filter: { Prefix: rule.Prefix ?? '' },
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
    ...(days === undefined ? {} : { Expiration: { Days: days } }),
    ...(noncurrent === undefined ? {} : { NoncurrentVersionExpiration: { NoncurrentDays: noncurrent } }),
  };
}

function made(name: string, { account }: ProviderContext): Made {
  return {
    id: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${account.region}.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${account.region}.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website.${account.region}.amazonaws.com`,
    },
  };
}

interface BucketPolicy {
  readonly Bucket: string;
  readonly PolicyDocument: unknown;
}

export const bucketPolicy = provider<BucketPolicy>({
  properties: ['Bucket', 'PolicyDocument'],
  async create({ Bucket, PolicyDocument }, { api }) {
    await api.s3.PutBucketPolicy({ Bucket, Policy: JSON.stringify(PolicyDocument) });
    return { id: Bucket };
  },
  async update(id, { Bucket, PolicyDocument }, _before, { api }) {
    await api.s3.PutBucketPolicy({ Bucket, Policy: JSON.stringify(PolicyDocument) });
    return { id };
  },
  async delete(_id, { Bucket }, { api }) {
    await deleted(api.s3.DeleteBucketPolicy({ Bucket }));
  },
});
