import type { S3 } from '@aws-sdk/client-s3';
import type { Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Bucket } from './bucket.ts';
import type { Buckets } from './buckets.ts';
import { nextVersionId } from './objects.ts';

/** Most keys a request may delete. */
const MOST_KEYS = 1000;

export function deletionOperations(buckets: Buckets) {
  return {
    DeleteObject: ({ Bucket: name, Key = '', VersionId }) =>
      deleteObject(buckets, buckets.get(name), Key, VersionId),
    DeleteObjects: ({ Bucket: name, Delete }) => {
      const bucket = buckets.get(name);
      const objects = Delete?.Objects ?? [];
      if (objects.length > MOST_KEYS) {
        const message =
          'The XML you provided was not well-formed or did not validate against our published schema';
        throw new AwsError('MalformedXML', message);
      }
      const deleted = objects.map(({ Key = '', VersionId }) => {
        const done = deleteObject(buckets, bucket, Key, VersionId);
        const marker = done.DeleteMarker && VersionId === undefined ? done.VersionId : undefined;
        return { Key, VersionId, DeleteMarker: done.DeleteMarker, DeleteMarkerVersionId: marker };
      });
      return Delete?.Quiet ? {} : { Deleted: deleted };
    },
  } satisfies Operations<S3>;
}

/** Removes the version asked for; else hides the object behind a marker, or removes it where there are no versions. */
function deleteObject(
  buckets: Buckets,
  bucket: Bucket,
  key: string,
  wanted: string | undefined,
): { DeleteMarker?: true; VersionId?: string } {
  if (wanted !== undefined) {
    const removed = bucket.remove(key, wanted);
    return { VersionId: wanted, ...(removed?.isDeleteMarker ? { DeleteMarker: true } : {}) };
  }
  if (bucket.versioning === undefined) {
    bucket.remove(key, 'null');
    return {};
  }
  const versionId = nextVersionId(buckets, bucket);
  bucket.put({
    key,
    versionId,
    isDeleteMarker: true,
    body: new Uint8Array(),
    etag: '',
    modifiedAt: buckets.kernel.clock.date(),
    headers: {},
    metadata: {},
    checksums: {},
    tags: [],
  });
  return { DeleteMarker: true, VersionId: versionId };
}
