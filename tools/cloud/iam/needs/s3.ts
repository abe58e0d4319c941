import type { S3 } from '@aws-sdk/client-s3';
import type { Need, NeedsOf } from './need.ts';
import { keys, same } from './need.ts';
import { tagKeys } from './request-tags.ts';

interface OfBucket {
  readonly Bucket?: string | undefined;
}

const bucket = ({ Bucket = '*' }: OfBucket) => `arn:aws:s3:::${Bucket}`;
const ofBucket = (input: OfBucket) => [bucket(input)];

interface Listing extends OfBucket {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
}

const listing = (input: Listing): Need[] => [
  {
    resource: bucket(input),
    context: keys({
      's3:prefix': input.Prefix,
      's3:delimiter': input.Delimiter,
      's3:max-keys': input.MaxKeys,
    }),
  },
];

interface OfObject extends OfBucket {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

const object = ({ Bucket = '*', Key = '*' }: OfObject) => `arn:aws:s3:::${Bucket}/${Key}`;
const ofObject = (input: OfObject) => [object(input)];

/** A version of an object has actions of its own. */
const versioned =
  (action: string, ofVersion: string) =>
  (input: OfObject): Need[] => [
    { action: `s3:${input.VersionId === undefined ? action : ofVersion}`, resource: object(input) },
  ];

interface Write extends OfObject {
  readonly ACL?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly CopySource?: string | undefined;
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  /** `a=1&b=2` */
  readonly Tagging?: string | undefined;
}

/** Who writes an object with tags needs leave for the tags as well. */
const writing = (input: Write): Need[] => {
  const tags = [...new URLSearchParams(input.Tagging)];
  const requested = Object.fromEntries(
    tags.map(([key, value]) => [`s3:requestobjecttag/${key.toLowerCase()}`, value]),
  );
  const ofTags = {
    ...keys(requested),
    ...keys({ 's3:requestobjecttagkeys': tags.length > 0 ? tags.map(([key]) => key) : undefined }),
  };
  const context = {
    ...ofTags,
    ...keys({
      's3:x-amz-acl': input.ACL,
      's3:x-amz-storage-class': input.StorageClass,
      's3:x-amz-server-side-encryption': input.ServerSideEncryption,
      's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
      's3:x-amz-copy-source': input.CopySource,
      's3:if-match': input.IfMatch,
      's3:if-none-match': input.IfNoneMatch,
    }),
  };
  const tagging: Need = { action: 's3:PutObjectTagging', resource: object(input), context: ofTags };
  return [{ resource: object(input), context }, ...(tags.length > 0 ? [tagging] : [])];
};

/** `bucket/key?versionId=…`, percent-encoded, with or without a slash before it. */
function copied(source = ''): Need {
  const [path = '', version] = decodeURIComponent(source).replace(/^\//, '').split('?versionId=');
  const action = version === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  return { action, resource: `arn:aws:s3:::${path}` };
}

export const s3Needs: NeedsOf<S3> = {
  CreateBucket: (input) => [
    {
      resource: bucket(input),
      context: {
        ...tagKeys(input.CreateBucketConfiguration?.Tags ?? []),
        ...keys({
          's3:locationconstraint': input.CreateBucketConfiguration?.LocationConstraint,
          's3:x-amz-acl': input.ACL,
          's3:x-amz-object-ownership': input.ObjectOwnership,
        }),
      },
    },
  ],
  ...same(
    ofBucket,
    'DeleteBucket',
    'DeleteBucketCors',
    'DeleteBucketEncryption',
    'DeleteBucketLifecycle',
    'DeleteBucketOwnershipControls',
    'DeleteBucketPolicy',
    'DeleteBucketTagging',
    'DeleteBucketWebsite',
    'DeletePublicAccessBlock',
    'GetBucketAccelerateConfiguration',
    'GetBucketAcl',
    'GetBucketCors',
    'GetBucketEncryption',
    'GetBucketLifecycleConfiguration',
    'GetBucketLocation',
    'GetBucketLogging',
    'GetBucketNotificationConfiguration',
    'GetBucketOwnershipControls',
    'GetBucketPolicy',
    'GetBucketTagging',
    'GetBucketVersioning',
    'GetBucketWebsite',
    'GetPublicAccessBlock',
    'HeadBucket',
    'ListMultipartUploads',
    'PutBucketAccelerateConfiguration',
    'PutBucketCors',
    'PutBucketEncryption',
    'PutBucketLifecycleConfiguration',
    'PutBucketLogging',
    'PutBucketOwnershipControls',
    'PutBucketPolicy',
    'PutBucketTagging',
    'PutBucketVersioning',
    'PutBucketWebsite',
    'PutPublicAccessBlock',
  ),
  ...same(listing, 'ListObjects', 'ListObjectsV2', 'ListObjectVersions'),
  ...same(ofObject, 'AbortMultipartUpload', 'CompleteMultipartUpload', 'ListParts', 'UploadPart'),
  ...same(versioned('GetObject', 'GetObjectVersion'), 'GetObject', 'HeadObject'),
  GetObjectAcl: versioned('GetObjectAcl', 'GetObjectVersionAcl'),
  GetObjectTagging: versioned('GetObjectTagging', 'GetObjectVersionTagging'),
  DeleteObjectTagging: versioned('DeleteObjectTagging', 'DeleteObjectVersionTagging'),
  DeleteObject: versioned('DeleteObject', 'DeleteObjectVersion'),
  PutObjectTagging: (input) => {
    const tags = input.Tagging?.TagSet ?? [];
    const requested = tags.map(({ Key = '', Value }) => [`s3:requestobjecttag/${Key.toLowerCase()}`, Value]);
    const [need] = versioned('PutObjectTagging', 'PutObjectVersionTagging')(input);
    const context = {
      ...keys(Object.fromEntries(requested) as Record<string, string>),
      ...keys({ 's3:requestobjecttagkeys': tags.map(({ Key = '' }) => Key) }),
    };
    return [{ resource: object(input), ...need, context }];
  },
  ...same(writing, 'CreateMultipartUpload', 'PutObject'),
  CopyObject: (input) => [...writing(input), copied(input.CopySource)],
  DeleteObjects: ({ Bucket, Delete }) =>
    (Delete?.Objects ?? []).flatMap((one) =>
      versioned('DeleteObject', 'DeleteObjectVersion')({ Bucket, ...one }),
    ),
};
