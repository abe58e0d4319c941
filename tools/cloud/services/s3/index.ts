import type { S3 } from '@aws-sdk/client-s3';
import type { Kernel, Operations, Service } from '../../kernel/index.ts';
import { bucketOperations, Buckets } from './buckets.ts';
import { deletionOperations } from './deletion.ts';
import { listingOperations } from './listing.ts';
import { multipartOperations } from './multipart.ts';
import { objectOperations } from './objects.ts';
import { settingOperations } from './settings.ts';
import { standing } from './standing.ts';

export interface S3Service extends Service {
  /** The content of an object's current version. @throws AwsError NoSuchBucket, NoSuchKey */
  object(bucket: string, key: string, versionId?: string): Uint8Array;
  hasBucket(name: string): boolean;
}

/** Amazon S3: buckets and their settings, objects and their versions, uploads in parts. */
export function createS3(kernel: Kernel): S3Service {
  const buckets = new Buckets(kernel);
  const operations = {
    ...bucketOperations(buckets),
    ...settingOperations(buckets),
    ...objectOperations(buckets),
    ...deletionOperations(buckets),
    ...listingOperations(buckets),
    ...multipartOperations(buckets),
  } satisfies Operations<S3>;
  return {
    client: '@aws-sdk/client-s3',
    standing,
    operations,
    object: (bucket, key, versionId) => buckets.get(bucket).get(key, versionId).body,
    hasBucket: (name) => buckets.has(name),
  };
}
