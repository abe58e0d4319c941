import type { ListMultipartUploadsCommandInput, S3 } from '@aws-sdk/client-s3';
import type { Operations } from '../../kernel/index.ts';
import type { Bucket } from './bucket.ts';
import type { Buckets } from './buckets.ts';
import type { MultipartUpload } from './multipart-upload.ts';
import { uploadOf } from './multipart.ts';

const PAGE = 1000;

/** What is known of uploads that have not been completed. */
export function uploadListingOperations(buckets: Buckets) {
  const owner = { ID: buckets.kernel.account.id };
  const standing = { Initiator: owner, Owner: owner, StorageClass: 'STANDARD' as const };
  return {
    ListParts: (input) => {
      const upload = uploadOf(buckets.get(input.Bucket), input);
      const { PartNumberMarker = '0', MaxParts = PAGE } = input;
      const rest = [...upload.parts]
        .filter(([number]) => number > Number(PartNumberMarker))
        .sort(([a], [b]) => a - b);
      const parts = rest.slice(0, MaxParts);
      return {
        Bucket: input.Bucket,
        Key: upload.key,
        UploadId: upload.id,
        ...standing,
        MaxParts,
        IsTruncated: parts.length < rest.length,
        PartNumberMarker,
        NextPartNumberMarker: String(parts.at(-1)?.[0] ?? 0),
        Parts: parts.map(([PartNumber, { etag, body, modifiedAt }]) => ({
          PartNumber,
          ETag: etag,
          Size: body.length,
          LastModified: modifiedAt,
        })),
      };
    },
    ListMultipartUploads: (input) => {
      const { Bucket: name, Prefix = '', KeyMarker = '', UploadIdMarker, MaxUploads = PAGE } = input;
      const bucket = buckets.get(name);
      const rest = uploadsAfter(bucket, input);
      const uploads = rest.slice(0, MaxUploads);
      const last = rest.length > MaxUploads ? uploads.at(-1) : undefined;
      return {
        Bucket: bucket.name,
        Prefix,
        KeyMarker,
        UploadIdMarker,
        MaxUploads,
        IsTruncated: last !== undefined,
        NextKeyMarker: last?.key,
        NextUploadIdMarker: last?.id,
        Uploads: uploads.map(({ id, key, initiatedAt }) => ({
          UploadId: id,
          Key: key,
          Initiated: initiatedAt,
          ...standing,
        })),
      };
    },
  } satisfies Operations<S3>;
}

/** By key and, of one key, in the order in which they were begun, from where the last page ended. */
function uploadsAfter(bucket: Bucket, input: ListMultipartUploadsCommandInput): MultipartUpload[] {
  const { Prefix = '', KeyMarker = '', UploadIdMarker } = input;
  const uploads = [...bucket.uploads.values()]
    .filter(({ key }) => key.startsWith(Prefix))
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  const marked = uploads.findIndex(({ id, key }) => key === KeyMarker && id === UploadIdMarker);
  return uploads.filter(({ key }, index) =>
    key === KeyMarker ? marked >= 0 && index > marked : key > KeyMarker,
  );
}
