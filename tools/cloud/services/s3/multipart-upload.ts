import type { Tag } from '@aws-sdk/client-s3';
import { AwsError } from '../../kernel/index.ts';
import type { ContentHeaders } from './bucket.ts';
import { md5 } from './checksums.ts';

export interface Part {
  readonly body: Uint8Array;
  readonly etag: string;
  readonly modifiedAt: Date;
}

/** An upload in parts that has not been completed yet. */
export interface MultipartUpload {
  readonly id: string;
  readonly key: string;
  readonly initiatedAt: Date;
  readonly headers: ContentHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  /** By number, from 1. */
  readonly parts: Map<number, Part>;
}

/** Every part but the last must be at least so long, in bytes. */
const SHORTEST_PART = 5 * 1024 * 1024;

/**
 * Joins an upload's parts.
 *
 * @returns the object's content, and the ETag that S3 gives it: the MD5 of the parts' MD5s and their number
 * @throws AwsError InvalidPart, InvalidPartOrder, EntityTooSmall
 */
export function joinParts(
  upload: MultipartUpload,
  listed: readonly { readonly PartNumber?: number | undefined; readonly ETag?: string | undefined }[],
): { body: Uint8Array; etag: string } {
  const numbers = listed.map(({ PartNumber }) => PartNumber ?? 0);
  if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0))) {
    throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  const parts = listed.map(({ PartNumber = 0, ETag = '' }) => {
    const part = upload.parts.get(PartNumber);
    if (part !== undefined && unquoted(part.etag) === unquoted(ETag)) return part;
    throw new AwsError('InvalidPart', 'One or more of the specified parts could not be found.');
  });
  if (parts.slice(0, -1).some(({ body }) => body.length < SHORTEST_PART)) {
    const message = 'Your proposed upload is smaller than the minimum allowed object size.';
    throw new AwsError('EntityTooSmall', message);
  }
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(unquoted(etag), 'hex')));
  const etag = `"${md5(digests).toString('hex')}-${parts.length}"`;
  return { body: Buffer.concat(parts.map(({ body }) => body)), etag };
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}
