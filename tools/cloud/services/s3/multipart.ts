import type { S3 } from '@aws-sdk/client-s3';
import type { Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Bucket } from './bucket.ts';
import type { Buckets } from './buckets.ts';
import { checkedSums, md5 } from './checksums.ts';
import { checkWrite } from './conditions.ts';
import type { MultipartUpload } from './multipart-upload.ts';
import { joinParts } from './multipart-upload.ts';
import { bytesOf, encryptionOf, headersOf, store, tagsFromQuery, versionId } from './objects.ts';
import { uploadListingOperations } from './upload-listing.ts';

const MOST_PARTS = 10_000;

export function multipartOperations(buckets: Buckets) {
  return {
    CreateMultipartUpload: (input) => {
      const bucket = buckets.get(input.Bucket);
      const { kernel } = buckets;
      const upload: MultipartUpload = {
        id: kernel.ids.alphanumeric(64),
        key: input.Key ?? '',
        initiatedAt: kernel.clock.date(),
        headers: headersOf(input),
        metadata: input.Metadata ?? {},
        tags: tagsFromQuery(input.Tagging),
        parts: new Map(),
      };
      bucket.uploads.set(upload.id, upload);
      return { Bucket: bucket.name, Key: upload.key, UploadId: upload.id, ...encryptionOf(bucket) };
    },
    UploadPart: (input) => {
      const bucket = buckets.get(input.Bucket);
      const upload = uploadOf(bucket, input);
      const { PartNumber = 0 } = input;
      if (PartNumber < 1 || PartNumber > MOST_PARTS) {
        const message = `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`;
        throw new AwsError('InvalidArgument', message);
      }
      const body = bytesOf(input.Body);
      const checksums = checkedSums(body, input);
      const etag = `"${md5(body).toString('hex')}"`;
      upload.parts.set(PartNumber, { body, etag, modifiedAt: buckets.kernel.clock.date() });
      return { ETag: etag, ...checksums, ...encryptionOf(bucket) };
    },
    CompleteMultipartUpload: (input) => {
      const bucket = buckets.get(input.Bucket);
      const upload = uploadOf(bucket, input);
      checkWrite(bucket.current(upload.key), input);
      const { body, etag } = joinParts(upload, input.MultipartUpload?.Parts ?? []);
      const { key, headers, metadata, tags } = upload;
      const version = store(buckets, bucket, { key, body, etag, headers, metadata, tags, checksums: {} });
      bucket.uploads.delete(upload.id);
      const Location = `/${bucket.name}/${key}`;
      return { Location, Bucket: bucket.name, Key: key, ETag: etag, ...versionId(bucket, version) };
    },
    AbortMultipartUpload: (input) => {
      const bucket = buckets.get(input.Bucket);
      bucket.uploads.delete(uploadOf(bucket, input).id);
      return {};
    },
    ...uploadListingOperations(buckets),
  } satisfies Operations<S3>;
}

/** @throws AwsError NoSuchUpload */
export function uploadOf(
  bucket: Bucket,
  { UploadId = '', Key }: { readonly UploadId?: string | undefined; readonly Key?: string | undefined },
): MultipartUpload {
  const upload = bucket.uploads.get(UploadId);
  if (upload !== undefined && upload.key === Key) return upload;
  const message =
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
  throw new AwsError('NoSuchUpload', message, { status: 404, fields: { UploadId } });
}
