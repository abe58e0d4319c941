import type { S3, ServerSideEncryptionConfiguration } from '@aws-sdk/client-s3';
import { parsePolicy } from '../../iam/policy.ts';
import type { Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Bucket, BucketSettings } from './bucket.ts';
import type { Buckets } from './buckets.ts';

/** How every bucket encrypts since 2023 unless told otherwise. */
const DEFAULT_ENCRYPTION: ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
};

/** What S3 says when a setting is asked for that nobody has made. */
const MISSING = {
  policy: ['NoSuchBucketPolicy', 'The bucket policy does not exist'],
  publicAccessBlock: [
    'NoSuchPublicAccessBlockConfiguration',
    'The public access block configuration was not found',
  ],
  tags: ['NoSuchTagSet', 'The TagSet does not exist'],
  lifecycle: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
  cors: ['NoSuchCORSConfiguration', 'The CORS configuration does not exist'],
  ownership: ['OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'],
  website: ['NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'],
} as const;

function required<Name extends keyof typeof MISSING>(bucket: Bucket, name: Name): BucketSettings[Name] {
  const value = bucket.settings[name];
  if (value !== undefined) return value;
  const [code, message] = MISSING[name];
  throw new AwsError(code, message, { status: 404, fields: { BucketName: bucket.name } });
}

export function settingOperations(buckets: Buckets) {
  return {
    ...protectionOperations(buckets),
    ...policyOperations(buckets),
    ...lifecycleOperations(buckets),
    ...deliveryOperations(buckets),
  };
}

function protectionOperations(buckets: Buckets) {
  return {
    PutBucketVersioning: ({ Bucket: name, VersioningConfiguration }) => {
      const bucket = buckets.get(name);
      bucket.versioning = VersioningConfiguration?.Status ?? bucket.versioning;
      return {};
    },
    GetBucketVersioning: ({ Bucket: name }) => ({ Status: buckets.get(name).versioning }),
    PutBucketEncryption: ({ Bucket: name, ServerSideEncryptionConfiguration: encryption }) => {
      buckets.get(name).settings.encryption = encryption ?? DEFAULT_ENCRYPTION;
      return {};
    },
    GetBucketEncryption: ({ Bucket: name }) => ({
      ServerSideEncryptionConfiguration: buckets.get(name).settings.encryption ?? DEFAULT_ENCRYPTION,
    }),
    DeleteBucketEncryption: ({ Bucket: name }) => {
      delete buckets.get(name).settings.encryption;
      return {};
    },
    PutPublicAccessBlock: ({ Bucket: name, PublicAccessBlockConfiguration = {} }) => {
      buckets.get(name).settings.publicAccessBlock = PublicAccessBlockConfiguration;
      return {};
    },
    GetPublicAccessBlock: ({ Bucket: name }) => ({
      PublicAccessBlockConfiguration: required(buckets.get(name), 'publicAccessBlock'),
    }),
    DeletePublicAccessBlock: ({ Bucket: name }) => {
      delete buckets.get(name).settings.publicAccessBlock;
      return {};
    },
    PutBucketOwnershipControls: ({ Bucket: name, OwnershipControls }) => {
      buckets.get(name).settings.ownership = OwnershipControls ?? { Rules: [] };
      return {};
    },
    GetBucketOwnershipControls: ({ Bucket: name }) => ({
      OwnershipControls: required(buckets.get(name), 'ownership'),
    }),
    DeleteBucketOwnershipControls: ({ Bucket: name }) => {
      delete buckets.get(name).settings.ownership;
      return {};
    },
  } satisfies Operations<S3>;
}

function policyOperations(buckets: Buckets) {
  return {
    PutBucketPolicy: ({ Bucket: name, Policy = '' }) => {
      const bucket = buckets.get(name);
      checkPolicy(Policy);
      bucket.settings.policy = Policy;
      return {};
    },
    GetBucketPolicy: ({ Bucket: name }) => ({ Policy: required(buckets.get(name), 'policy') }),
    DeleteBucketPolicy: ({ Bucket: name }) => {
      delete buckets.get(name).settings.policy;
      return {};
    },
    PutBucketTagging: ({ Bucket: name, Tagging }) => {
      buckets.get(name).settings.tags = Tagging?.TagSet ?? [];
      return {};
    },
    GetBucketTagging: ({ Bucket: name }) => ({ TagSet: [...required(buckets.get(name), 'tags')] }),
    DeleteBucketTagging: ({ Bucket: name }) => {
      delete buckets.get(name).settings.tags;
      return {};
    },
    GetBucketAcl: ({ Bucket: name }) => {
      buckets.get(name);
      const Owner = { ID: buckets.kernel.account.id };
      return {
        Owner,
        Grants: [{ Grantee: { Type: 'CanonicalUser', ...Owner }, Permission: 'FULL_CONTROL' }],
      };
    },
  } satisfies Operations<S3>;
}

function lifecycleOperations(buckets: Buckets) {
  return {
    PutBucketLifecycleConfiguration: ({ Bucket: name, LifecycleConfiguration }) => {
      buckets.get(name).settings.lifecycle = LifecycleConfiguration?.Rules ?? [];
      return {};
    },
    GetBucketLifecycleConfiguration: ({ Bucket: name }) => ({
      Rules: [...required(buckets.get(name), 'lifecycle')],
    }),
    DeleteBucketLifecycle: ({ Bucket: name }) => {
      delete buckets.get(name).settings.lifecycle;
      return {};
    },
  } satisfies Operations<S3>;
}

function deliveryOperations(buckets: Buckets) {
  return {
    PutBucketCors: ({ Bucket: name, CORSConfiguration }) => {
      buckets.get(name).settings.cors = CORSConfiguration?.CORSRules ?? [];
      return {};
    },
    GetBucketCors: ({ Bucket: name }) => ({ CORSRules: [...required(buckets.get(name), 'cors')] }),
    DeleteBucketCors: ({ Bucket: name }) => {
      delete buckets.get(name).settings.cors;
      return {};
    },
    PutBucketWebsite: ({ Bucket: name, WebsiteConfiguration = {} }) => {
      buckets.get(name).settings.website = WebsiteConfiguration;
      return {};
    },
    GetBucketWebsite: ({ Bucket: name }) => required(buckets.get(name), 'website'),
    DeleteBucketWebsite: ({ Bucket: name }) => {
      delete buckets.get(name).settings.website;
      return {};
    },
    PutBucketLogging: ({ Bucket: name, BucketLoggingStatus }) => {
      const { settings } = buckets.get(name);
      if (BucketLoggingStatus?.LoggingEnabled === undefined) delete settings.logging;
      else settings.logging = BucketLoggingStatus.LoggingEnabled;
      return {};
    },
    GetBucketLogging: ({ Bucket: name }) => ({ LoggingEnabled: buckets.get(name).settings.logging }),
    GetBucketNotificationConfiguration: ({ Bucket: name }) => buckets.get(name).settings.notification ?? {},
    PutBucketAccelerateConfiguration: ({ Bucket: name, AccelerateConfiguration }) => {
      buckets.get(name).settings.acceleration = AccelerateConfiguration?.Status ?? 'Suspended';
      return {};
    },
    GetBucketAccelerateConfiguration: ({ Bucket: name }) => ({
      Status: buckets.get(name).settings.acceleration,
    }),
  } satisfies Operations<S3>;
}

/** @throws AwsError MalformedPolicy when it is no policy of a resource */
function checkPolicy(policy: string): void {
  try {
    parsePolicy(policy, 'resource');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('MalformedPolicy', error.message);
  }
}
