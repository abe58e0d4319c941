import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  NoSuchKey,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Kind } from './kind.ts';

/** The photos. Each upload has a key of its own, so that what a key stands for never changes. */
export class Photos {
  readonly #s3: S3Client;
  readonly #bucket: string;
  readonly #newId: () => string;

  constructor(s3: S3Client, bucket: string, newId: () => string) {
    this.#s3 = s3;
    this.#bucket = bucket;
    this.#newId = newId;
  }

  /** Whether the bucket can be reached. */
  async reach(): Promise<void> {
    await this.#s3.send(new HeadBucketCommand({ Bucket: this.#bucket }));
  }

  /** @returns the key that the photo is kept under */
  async put(bytes: Buffer, { type, extension }: Kind): Promise<string> {
    const Key = `photos/${this.#newId()}.${extension}`;
    await this.#s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body: bytes, ContentType: type }));
    return Key;
  }

  async get(key: string): Promise<{ body: Readable; bytes: number | undefined } | undefined> {
    try {
      const { Body, ContentLength } = await this.#s3.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: key }),
      );
      return { body: Body as Readable, bytes: ContentLength };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }
}
