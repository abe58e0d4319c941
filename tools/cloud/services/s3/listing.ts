import type { S3 } from '@aws-sdk/client-s3';
import type { Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { ObjectVersion } from './bucket.ts';
import type { Buckets } from './buckets.ts';

const MOST_KEYS = 1000;

export function listingOperations(buckets: Buckets) {
  const owner = { ID: buckets.kernel.account.id };
  return {
    ListObjects: (input) => {
      const bucket = buckets.get(input.Bucket);
      const { Prefix = '', Delimiter, Marker = '', MaxKeys = MOST_KEYS, EncodingType } = input;
      const keys = bucket.keys().filter((key) => bucket.current(key) !== undefined);
      const found = select(keys, { prefix: Prefix, delimiter: Delimiter, after: Marker, most: MaxKeys });
      const encode = encoder(EncodingType);
      return {
        Name: bucket.name,
        Prefix: encode(Prefix),
        Marker: encode(Marker),
        MaxKeys,
        Delimiter: Delimiter && encode(Delimiter),
        EncodingType,
        IsTruncated: found.next !== undefined,
        NextMarker: found.next && Delimiter ? encode(found.next) : undefined,
        Contents: found.keys.map((key) => ({ ...summary(bucket.get(key), encode), Owner: owner })),
        CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      };
    },
    ListObjectsV2: (input) => {
      const bucket = buckets.get(input.Bucket);
      const { Prefix = '', Delimiter, StartAfter = '', MaxKeys = MOST_KEYS, EncodingType } = input;
      const { ContinuationToken } = input;
      const after = ContinuationToken === undefined ? StartAfter : keyOfToken(ContinuationToken);
      const keys = bucket.keys().filter((key) => bucket.current(key) !== undefined);
      const found = select(keys, { prefix: Prefix, delimiter: Delimiter, after, most: MaxKeys });
      const encode = encoder(EncodingType);
      return {
        Name: bucket.name,
        Prefix: encode(Prefix),
        StartAfter: StartAfter === '' ? undefined : encode(StartAfter),
        MaxKeys,
        Delimiter: Delimiter && encode(Delimiter),
        EncodingType,
        ContinuationToken,
        KeyCount: found.keys.length + found.prefixes.length,
        IsTruncated: found.next !== undefined,
        NextContinuationToken: found.next && tokenOfKey(found.next),
        Contents: found.keys.map((key) => ({
          ...summary(bucket.get(key), encode),
          ...(input.FetchOwner && { Owner: owner }),
        })),
        CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      };
    },
    ...versionListing(buckets),
  } satisfies Operations<S3>;
}

function versionListing(buckets: Buckets) {
  const owner = { ID: buckets.kernel.account.id };
  return {
    ListObjectVersions: (input) => {
      const bucket = buckets.get(input.Bucket);
      const { Prefix = '', Delimiter, KeyMarker = '', MaxKeys = MOST_KEYS, EncodingType } = input;
      const limits = { prefix: Prefix, delimiter: Delimiter, after: KeyMarker, most: MaxKeys };
      const found = select(bucket.keys(), limits);
      const encode = encoder(EncodingType);
      const versions = found.keys.flatMap((key) =>
        bucket.versionsOf(key).map((version, i) => ({ version, isLatest: i === 0 })),
      );
      const view = ({ version, isLatest }: (typeof versions)[number]) => ({
        Key: encode(version.key),
        VersionId: version.versionId,
        IsLatest: isLatest,
        LastModified: version.modifiedAt,
        Owner: owner,
      });
      return {
        Name: bucket.name,
        Prefix: encode(Prefix),
        KeyMarker: encode(KeyMarker),
        MaxKeys,
        Delimiter: Delimiter && encode(Delimiter),
        EncodingType,
        IsTruncated: found.next !== undefined,
        NextKeyMarker: found.next && encode(found.next),
        Versions: versions
          .filter(({ version }) => !version.isDeleteMarker)
          .map((one) => ({ ...view(one), ...content(one.version) })),
        DeleteMarkers: versions.filter(({ version }) => version.isDeleteMarker).map(view),
        CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      };
    },
  } satisfies Operations<S3>;
}

function summary(version: ObjectVersion, encode: (text: string) => string) {
  return { Key: encode(version.key), LastModified: version.modifiedAt, ...content(version) };
}

function content({ etag, body }: ObjectVersion) {
  return { ETag: etag, Size: body.length, StorageClass: 'STANDARD' as const };
}

export interface Limits {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Only what comes after this key or common prefix. */
  readonly after: string;
  readonly most: number;
}

/**
 * The keys of one page, those with a delimiter after the prefix rolled up into common prefixes.
 *
 * @param keys sorted
 * @returns `next`: the last key or prefix of this page, when there is more
 */
export function select(
  keys: readonly string[],
  { prefix, delimiter, after, most }: Limits,
): { keys: string[]; prefixes: string[]; next: string | undefined } {
  const found: string[] = [];
  const prefixes = new Set<string>();
  let last: string | undefined;
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const rolled = rollUp(key, prefix, delimiter);
    const entry = rolled ?? key;
    if (compare(entry, after) <= 0 || (rolled !== undefined && prefixes.has(rolled))) continue;
    if (found.length + prefixes.size >= most) return { keys: found, prefixes: [...prefixes], next: last };
    if (rolled === undefined) found.push(key);
    else prefixes.add(rolled);
    last = entry;
  }
  return { keys: found, prefixes: [...prefixes], next: undefined };
}

function rollUp(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined || delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function tokenOfKey(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function keyOfToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString();
  if (tokenOfKey(key) === token) return key;
  throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
}

/** Clients ask for percent-encoded keys because XML cannot carry every character. */
function encoder(encodingType: string | undefined): (text: string) => string {
  if (encodingType !== 'url') return (text) => text;
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/');
}
