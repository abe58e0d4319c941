import { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

let cloud: Cloud;
let s3: S3;
let Bucket: string;
let count = 0;

beforeAll(async () => {
  cloud = await startCloud();
  s3 = new S3({
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    forcePathStyle: true,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  });
});

beforeEach(async () => {
  Bucket = `bucket-${++count}`;
  await s3.createBucket({ Bucket });
});

afterAll(async () => {
  s3.destroy();
  await cloud.close();
});

const textOf = (output: GetObjectCommandOutput) => output.Body?.transformToString();

describe('S3 keeps objects', () => {
  it('gives back what was put, with its headers and metadata', async () => {
    const put = await s3.putObject({
      Bucket,
      Key: 'a b/ü+&.txt',
      Body: 'hällo',
      ContentType: 'text/plain',
      CacheControl: 'max-age=60',
      Metadata: { origin: 'test' },
    });
    const got = await s3.getObject({ Bucket, Key: 'a b/ü+&.txt' });
    expect(await textOf(got)).toBe('hällo');
    expect(got).toMatchObject({
      ETag: put.ETag,
      ContentType: 'text/plain',
      CacheControl: 'max-age=60',
      ContentLength: 6,
      Metadata: { origin: 'test' },
      ServerSideEncryption: 'AES256',
    });
    expect(got.LastModified).toEqual(cloud.clock.date());
  });

  it('takes streams of unknown encoding, as aws-chunked', async () => {
    const chunks = [Buffer.alloc(70_000, 'a'), Buffer.alloc(3, 'b')];
    const Body = Readable.from(chunks);
    await s3.putObject({ Bucket, Key: 'stream', Body, ContentLength: 70_003 });
    const got = await s3.getObject({ Bucket, Key: 'stream' });
    expect(await textOf(got)).toBe(Buffer.concat(chunks).toString());
    expect(got.ContentEncoding).toBeUndefined();
  });

  it('keeps compressed objects compressed', async () => {
    const Body = Buffer.from([0x1f, 0x8b, 1, 2, 3]);
    await s3.putObject({ Bucket, Key: 'z', Body, ContentEncoding: 'gzip' });
    const got = await s3.getObject({ Bucket, Key: 'z' });
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(Body);
    expect(got.ContentEncoding).toBe('gzip');
  });

  it('gives parts of objects', async () => {
    await s3.putObject({ Bucket, Key: 'k', Body: '0123456789' });
    const middle = await s3.getObject({ Bucket, Key: 'k', Range: 'bytes=2-4' });
    expect(await textOf(middle)).toBe('234');
    expect(middle).toMatchObject({ ContentRange: 'bytes 2-4/10', $metadata: { httpStatusCode: 206 } });
    expect(await textOf(await s3.getObject({ Bucket, Key: 'k', Range: 'bytes=-3' }))).toBe('789');
    await expect(s3.getObject({ Bucket, Key: 'k', Range: 'bytes=10-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  it('refuses content that does not fit its checksum', async () => {
    await expect(s3.putObject({ Bucket, Key: 'k', Body: 'x', ChecksumSHA256: 'AAAA' })).rejects.toMatchObject(
      { name: 'BadDigest' },
    );
  });

  it('writes only where nothing is when told so', async () => {
    await s3.putObject({ Bucket, Key: 'k', Body: '1', IfNoneMatch: '*' });
    await expect(s3.putObject({ Bucket, Key: 'k', Body: '2', IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    expect(await textOf(await s3.getObject({ Bucket, Key: 'k' }))).toBe('1');
  });

  it('says what is missing: key, version, bucket', async () => {
    await expect(s3.getObject({ Bucket, Key: 'none' })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(s3.headObject({ Bucket, Key: 'none' })).rejects.toMatchObject({ name: 'NotFound' });
    await expect(s3.headBucket({ Bucket: 'nowhere' })).rejects.toMatchObject({ name: 'NotFound' });
    await expect(s3.listObjectsV2({ Bucket: 'nowhere' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('copies content and metadata', async () => {
    await s3.putObject({ Bucket, Key: 'a/ö', Body: 'x', Metadata: { m: '1' } });
    await s3.copyObject({ Bucket, Key: 'b', CopySource: `${Bucket}/${encodeURIComponent('a/ö')}` });
    const got = await s3.getObject({ Bucket, Key: 'b' });
    expect(await textOf(got)).toBe('x');
    expect(got.Metadata).toEqual({ m: '1' });
  });
});

describe('S3 lists', () => {
  it('by prefix, rolled up at the delimiter, page by page', async () => {
    for (const Key of ['a/1', 'a/2', 'b', 'c/1', 'd']) await s3.putObject({ Bucket, Key, Body: Key });
    const first = await s3.listObjectsV2({ Bucket, Delimiter: '/', MaxKeys: 3 });
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['b']);
    expect(first.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['a/', 'c/']);
    expect(first).toMatchObject({ IsTruncated: true, KeyCount: 3 });
    const rest = await s3.listObjectsV2({
      Bucket,
      Delimiter: '/',
      ContinuationToken: first.NextContinuationToken,
    });
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['d']);
    expect(rest).toMatchObject({ IsTruncated: false, KeyCount: 1 });
    const inside = await s3.listObjects({ Bucket, Prefix: 'a/' });
    expect(inside.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([
      ['a/1', 3],
      ['a/2', 3],
    ]);
  });

  it('versions and delete markers, newest first', async () => {
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
    const one = await s3.putObject({ Bucket, Key: 'k', Body: '1' });
    await s3.putObject({ Bucket, Key: 'k', Body: '2' });
    await s3.deleteObject({ Bucket, Key: 'k' });
    await expect(s3.getObject({ Bucket, Key: 'k' })).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await textOf(await s3.getObject({ Bucket, Key: 'k', VersionId: one.VersionId }))).toBe('1');
    const { Versions, DeleteMarkers } = await s3.listObjectVersions({ Bucket });
    expect(Versions?.map(({ Size, IsLatest }) => [Size, IsLatest])).toEqual([
      [1, false],
      [1, false],
    ]);
    expect(DeleteMarkers?.map(({ IsLatest }) => IsLatest)).toEqual([true]);
    const Objects = [...(Versions ?? []), ...(DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    await expect(s3.deleteBucket({ Bucket })).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await s3.deleteObjects({ Bucket, Delete: { Objects } });
    await s3.deleteBucket({ Bucket });
    await expect(s3.headBucket({ Bucket })).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('S3 takes uploads in parts', () => {
  it('joins them in order', async () => {
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'big', ContentType: 'text/x' });
    const upload = { Bucket, Key: 'big', UploadId };
    const size = 5 * 1024 * 1024;
    const second = await s3.uploadPart({ ...upload, PartNumber: 2, Body: 'end' });
    const first = await s3.uploadPart({ ...upload, PartNumber: 1, Body: Buffer.alloc(size, 'x') });
    const Parts = [
      { PartNumber: 1, ETag: first.ETag },
      { PartNumber: 2, ETag: second.ETag },
    ];
    const done = await s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts } });
    expect(done.ETag).toMatch(/-2"$/);
    const got = await s3.getObject({ Bucket, Key: 'big', Range: `bytes=${size - 1}-` });
    expect(await textOf(got)).toBe('xend');
    expect(got.ContentType).toBe('text/x');
    await expect(s3.listParts(upload)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('refuses parts that were never sent', async () => {
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'k' });
    await expect(
      s3.completeMultipartUpload({
        Bucket,
        Key: 'k',
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"0"' }] },
      }),
    ).rejects.toMatchObject({ name: 'InvalidPart' });
  });
});

describe('S3 keeps settings of buckets', () => {
  it('in the region asked for', async () => {
    await s3.createBucket({ Bucket: 'far', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
    expect((await s3.getBucketLocation({ Bucket: 'far' })).LocationConstraint).toBe('eu-west-1');
    await expect(s3.createBucket({ Bucket: 'far' })).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
    });
    await expect(s3.createBucket({ Bucket: 'NotAName' })).rejects.toMatchObject({
      name: 'InvalidBucketName',
    });
  });

  it('and says which are not made', async () => {
    await expect(s3.getBucketPolicy({ Bucket })).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
    await expect(s3.getBucketTagging({ Bucket })).rejects.toMatchObject({ name: 'NoSuchTagSet' });
    const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await s3.putBucketPolicy({ Bucket, Policy });
    expect((await s3.getBucketPolicy({ Bucket })).Policy).toBe(Policy);
    await s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
    expect((await s3.getBucketTagging({ Bucket })).TagSet).toEqual([{ Key: 'a', Value: 'b' }]);
    await s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: {
        Rules: [{ Status: 'Enabled', Filter: { Prefix: 'x/' }, Expiration: { Days: 3 } }],
      },
    });
    const { Rules } = await s3.getBucketLifecycleConfiguration({ Bucket });
    expect(Rules).toEqual([{ Status: 'Enabled', Filter: { Prefix: 'x/' }, Expiration: { Days: 3 } }]);
    const { ServerSideEncryptionConfiguration } = await s3.getBucketEncryption({ Bucket });
    expect(
      ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
    ).toBe('AES256');
  });

  it('answers a setting it does not have with 501', async () => {
    await expect(s3.getBucketReplication({ Bucket })).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
  });
});
