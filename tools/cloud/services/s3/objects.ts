import type {
  CopyObjectCommandInput,
  GetObjectCommandInput,
  GetObjectCommandOutput,
  HeadObjectCommandOutput,
  PutObjectCommandInput,
  S3,
  Tag,
} from '@aws-sdk/client-s3';
import type { Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Bucket, ContentHeaders, ObjectVersion } from './bucket.ts';
import type { Buckets } from './buckets.ts';
import { CHECKSUMS, checkedSums, md5 } from './checksums.ts';
import { checkRead, checkWrite, readRange } from './conditions.ts';

const WITHOUT_CHECKSUMS = Object.fromEntries(CHECKSUMS.map((name) => [name, undefined]));

export function objectOperations(buckets: Buckets) {
  return {
    PutObject: (input) => {
      const bucket = buckets.get(input.Bucket);
      const version = putObject(buckets, bucket, input);
      return {
        ETag: version.etag,
        ...version.checksums,
        ...encryptionOf(bucket),
        ...versionId(bucket, version),
      };
    },
    GetObject: (input) => {
      const { bucket, version } = read(buckets, input);
      const range = readRange(input.Range, version.body.length);
      const body = range === undefined ? version.body : version.body.subarray(range.start, range.end + 1);
      return {
        ...describe(bucket, version, input),
        Body: streamOf(body),
        ContentLength: body.length,
        // The checksums are those of the whole.
        ...(range && {
          ...WITHOUT_CHECKSUMS,
          ContentRange: `bytes ${range.start}-${range.end}/${version.body.length}`,
        }),
      };
    },
    HeadObject: (input) => {
      const { bucket, version } = read(buckets, input);
      return { ...describe(bucket, version, input), ContentLength: version.body.length };
    },
    CopyObject: (input) => {
      const bucket = buckets.get(input.Bucket);
      const version = copyObject(buckets, bucket, input);
      return {
        CopyObjectResult: { ETag: version.etag, LastModified: version.modifiedAt },
        ...versionId(bucket, version),
        ...encryptionOf(bucket),
      };
    },
    GetObjectAcl: (input) => {
      read(buckets, input);
      const Owner = { ID: buckets.kernel.account.id };
      return {
        Owner,
        Grants: [{ Grantee: { Type: 'CanonicalUser', ...Owner }, Permission: 'FULL_CONTROL' }],
      };
    },
    ...tagOperations(buckets),
  } satisfies Operations<S3>;
}

function tagOperations(buckets: Buckets) {
  return {
    GetObjectTagging: (input) => {
      const { bucket, version } = read(buckets, input);
      return { TagSet: [...version.tags], ...versionId(bucket, version) };
    },
    PutObjectTagging: (input) => {
      const { bucket, version } = read(buckets, input);
      version.tags = input.Tagging?.TagSet ?? [];
      return versionId(bucket, version);
    },
    DeleteObjectTagging: (input) => {
      const { bucket, version } = read(buckets, input);
      version.tags = [];
      return versionId(bucket, version);
    },
  } satisfies Operations<S3>;
}

function putObject(buckets: Buckets, bucket: Bucket, input: PutObjectCommandInput): ObjectVersion {
  const { Key = '', Metadata = {}, Tagging } = input;
  checkWrite(bucket.current(Key), input);
  const body = bytesOf(input.Body);
  return store(buckets, bucket, {
    key: Key,
    body,
    etag: `"${md5(body).toString('hex')}"`,
    headers: headersOf(input),
    metadata: Metadata,
    checksums: checkedSums(body, input),
    tags: tagsFromQuery(Tagging),
  });
}

/** Makes a new version the current one. */
export function store(
  buckets: Buckets,
  bucket: Bucket,
  content: Omit<ObjectVersion, 'versionId' | 'isDeleteMarker' | 'modifiedAt'>,
): ObjectVersion {
  const { clock } = buckets.kernel;
  const version = {
    ...content,
    versionId: nextVersionId(buckets, bucket),
    isDeleteMarker: false,
    modifiedAt: clock.date(),
  };
  bucket.put(version);
  return version;
}

export function nextVersionId(buckets: Buckets, bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? buckets.kernel.ids.alphanumeric(32) : 'null';
}

/** Names its version where the bucket has ever had versions. */
export function versionId(bucket: Bucket, version: ObjectVersion): { VersionId?: string } {
  return bucket.versioning === undefined ? {} : { VersionId: version.versionId };
}

function read(
  buckets: Buckets,
  input: Pick<
    GetObjectCommandInput,
    'Bucket' | 'Key' | 'VersionId' | 'IfMatch' | 'IfNoneMatch' | 'IfModifiedSince' | 'IfUnmodifiedSince'
  >,
): { bucket: Bucket; version: ObjectVersion } {
  const bucket = buckets.get(input.Bucket);
  const version = bucket.get(input.Key ?? '', input.VersionId);
  checkRead(version, input);
  return { bucket, version };
}

function describe(
  bucket: Bucket,
  version: ObjectVersion,
  input: Pick<
    GetObjectCommandInput,
    'ChecksumMode' | 'ResponseCacheControl' | 'ResponseContentDisposition' | 'ResponseContentType'
  >,
): Omit<HeadObjectCommandOutput, '$metadata' | 'Body'> {
  const { headers, tags } = version;
  return {
    ...headers,
    AcceptRanges: 'bytes',
    ETag: version.etag,
    LastModified: version.modifiedAt,
    Metadata: { ...version.metadata },
    ContentType: input.ResponseContentType ?? headers.ContentType ?? 'binary/octet-stream',
    CacheControl: input.ResponseCacheControl ?? headers.CacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? headers.ContentDisposition,
    TagCount: tags.length > 0 ? tags.length : undefined,
    ...(input.ChecksumMode === 'ENABLED' ? version.checksums : {}),
    ...encryptionOf(bucket),
    ...versionId(bucket, version),
  };
}

/** `/bucket/key`, percent-encoded, perhaps with `?versionId=…`. */
function copyObject(buckets: Buckets, bucket: Bucket, input: CopyObjectCommandInput): ObjectVersion {
  const [, from, key, fromVersion] =
    /^\/?([^/]+)\/(.+?)(?:\?versionId=(.+))?$/.exec(input.CopySource ?? '') ?? [];
  if (from === undefined || key === undefined) {
    throw new AwsError(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  const source = buckets.get(from).get(decodeURIComponent(key), fromVersion);
  const isReplaced = input.MetadataDirective === 'REPLACE';
  if (source.key === input.Key && from === bucket.name && !isReplaced) {
    throw new AwsError(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  return store(buckets, bucket, {
    key: input.Key ?? '',
    body: source.body,
    etag: source.etag,
    checksums: source.checksums,
    headers: isReplaced ? headersOf(input) : source.headers,
    metadata: isReplaced ? (input.Metadata ?? {}) : source.metadata,
    tags: input.TaggingDirective === 'REPLACE' ? tagsFromQuery(input.Tagging) : source.tags,
  });
}

export function headersOf(input: ContentHeaders): ContentHeaders {
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType } = input;
  return { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType };
}

/** The `x-amz-tagging` header has tags as a query string. */
export function tagsFromQuery(query = ''): Tag[] {
  return [...new URLSearchParams(query)].map(([Key, Value]) => ({ Key, Value }));
}

export function encryptionOf(bucket: Bucket): {
  ServerSideEncryption: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
} {
  const rule = bucket.settings.encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  return { ServerSideEncryption: (rule?.SSEAlgorithm ?? 'AES256') as 'AES256' };
}

/** The wire hands bodies over as bytes, though the client's types speak of streams. */
export function bytesOf(body: PutObjectCommandInput['Body']): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  throw new TypeError('A body must be bytes');
}

/** The wire takes bytes for bodies, though the client's types speak of streams. */
function streamOf(body: Uint8Array): NonNullable<GetObjectCommandOutput['Body']> {
  return body as unknown as NonNullable<GetObjectCommandOutput['Body']>;
}
