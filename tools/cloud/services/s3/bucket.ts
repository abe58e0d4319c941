import type {
  CORSRule,
  LifecycleRule,
  LoggingEnabled,
  NotificationConfiguration,
  OwnershipControls,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionConfiguration,
  Tag,
  WebsiteConfiguration,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../kernel/index.ts';
import type { MultipartUpload } from './multipart-upload.ts';

/** One version of an object, or a marker that it was deleted. */
export interface ObjectVersion {
  readonly key: string;
  /** `null` for objects from a time without versioning. */
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  readonly body: Uint8Array;
  /** With its quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly headers: ContentHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  /** As the uploader gave them: `ChecksumCRC32`, … */
  readonly checksums: Readonly<Record<string, string>>;
  tags: readonly Tag[];
}

export interface ContentHeaders {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
}

/** What can be set on a bucket, each absent until it is. */
export interface BucketSettings {
  encryption: ServerSideEncryptionConfiguration;
  policy: string;
  publicAccessBlock: PublicAccessBlockConfiguration;
  tags: readonly Tag[];
  lifecycle: readonly LifecycleRule[];
  cors: readonly CORSRule[];
  ownership: OwnershipControls;
  notification: NotificationConfiguration;
  logging: LoggingEnabled;
  website: WebsiteConfiguration;
  acceleration: 'Enabled' | 'Suspended';
}

/** A bucket's objects, with all their versions. */
export class Bucket {
  readonly name: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly settings: Partial<BucketSettings> = {};
  versioning: 'Enabled' | 'Suspended' | undefined;
  readonly uploads = new Map<string, MultipartUpload>();
  /** Newest last. */
  readonly #versions = new Map<string, ObjectVersion[]>();

  constructor(name: string, region: string, createdAt: Date) {
    this.name = name;
    this.region = region;
    this.createdAt = createdAt;
  }

  get isEmpty(): boolean {
    return this.#versions.size === 0;
  }

  /** Keys in the order in which S3 lists them: by their UTF-8 bytes. */
  keys(): string[] {
    return [...this.#versions.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  /** Newest first. */
  versionsOf(key: string): readonly ObjectVersion[] {
    return [...(this.#versions.get(key) ?? [])].reverse();
  }

  /** The current version, unless the object is deleted. */
  current(key: string): ObjectVersion | undefined {
    const latest = this.#versions.get(key)?.at(-1);
    return latest?.isDeleteMarker ? undefined : latest;
  }

  /**
   * The object, or the version asked for.
   *
   * @throws AwsError NoSuchKey, NoSuchVersion; MethodNotAllowed for a delete marker
   */
  get(key: string, versionId?: string): ObjectVersion {
    if (versionId === undefined) {
      const current = this.current(key);
      if (current === undefined) throw noSuchKey(key);
      return current;
    }
    const version = this.#versions.get(key)?.find((candidate) => candidate.versionId === versionId);
    if (version === undefined) throw noSuchVersion();
    if (version.isDeleteMarker) {
      throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
        status: 405,
      });
    }
    return version;
  }

  /** Adds a version; without versioning it takes the place of the one that has no version id. */
  put(version: ObjectVersion): void {
    const others = (this.#versions.get(version.key) ?? []).filter(
      ({ versionId }) => versionId !== version.versionId,
    );
    this.#versions.set(version.key, [...others, version]);
  }

  /** Removes a version for good. @returns it, if it was there */
  remove(key: string, versionId: string): ObjectVersion | undefined {
    const versions = this.#versions.get(key) ?? [];
    const removed = versions.find((version) => version.versionId === versionId);
    const rest = versions.filter((version) => version !== removed);
    if (rest.length > 0) this.#versions.set(key, rest);
    else this.#versions.delete(key);
    return removed;
  }
}

export function noSuchKey(key: string): AwsError {
  return new AwsError('NoSuchKey', 'The specified key does not exist.', {
    status: 404,
    fields: { Key: key },
  });
}

function noSuchVersion(): AwsError {
  return new AwsError('NoSuchVersion', 'The specified version does not exist.', { status: 404 });
}
