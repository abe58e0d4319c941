import type { ObjectIdentifier, S3Client } from '@aws-sdk/client-s3';
import { DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';

/**
 * Deletes all objects of a bucket with all their versions.
 * @throws Error naming the first object that S3 will not delete
 */
export async function emptyBucket(Bucket: string, s3: S3Client): Promise<void> {
  // From the beginning each time: what was listed is gone by then.
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }): ObjectIdentifier => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    const [refused] = Errors;
    if (refused !== undefined)
      throw new Error(
        `${refused.Key ?? ''} of ${Bucket} cannot be deleted: ${refused.Message ?? refused.Code ?? ''}`,
      );
  }
}
