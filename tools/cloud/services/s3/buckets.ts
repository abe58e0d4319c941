import type { CreateBucketCommandInput, S3 } from '@aws-sdk/client-s3';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import { Bucket } from './bucket.ts';

export class Buckets {
  readonly kernel: Kernel;
  readonly #byName = new Map<string, Bucket>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** @throws AwsError NoSuchBucket */
  get(name: string | undefined): Bucket {
    const bucket = this.#byName.get(name ?? '');
    if (bucket !== undefined) return bucket;
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', {
      status: 404,
      fields: { BucketName: name },
    });
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  add(bucket: Bucket): void {
    this.#byName.set(bucket.name, bucket);
  }

  delete(name: string): void {
    this.#byName.delete(name);
  }

  all(): Bucket[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** Most buckets a page of ListBuckets has. */
const MOST_BUCKETS = 10_000;

export function bucketOperations(buckets: Buckets) {
  return {
    CreateBucket: (input) => {
      const bucket = createBucket(buckets, input);
      return { Location: `/${bucket.name}`, BucketArn: `arn:aws:s3:::${bucket.name}` };
    },
    HeadBucket: ({ Bucket: name = '' }) => {
      if (!buckets.has(name)) throw new AwsError('NotFound', 'Not Found', { status: 404 });
      return { BucketRegion: buckets.get(name).region, BucketArn: `arn:aws:s3:::${name}` };
    },
    GetBucketLocation: ({ Bucket: name }) => {
      const { region } = buckets.get(name);
      // The first region has no constraint: so the API has said since it was the only one.
      return region === 'us-east-1' ? {} : { LocationConstraint: region as 'eu-central-1' };
    },
    ListBuckets: ({ Prefix = '', MaxBuckets = MOST_BUCKETS, ContinuationToken }) => {
      const found = buckets.all().filter(({ name }) => name.startsWith(Prefix));
      const { items, nextToken } = page(found, ContinuationToken, MaxBuckets, 'InvalidArgument');
      return {
        Buckets: items.map(({ name, createdAt, region }) => ({
          Name: name,
          CreationDate: createdAt,
          BucketRegion: region,
        })),
        Owner: { ID: buckets.kernel.account.id },
        ContinuationToken: nextToken,
      };
    },
    DeleteBucket: ({ Bucket: name }) => {
      const bucket = buckets.get(name);
      if (!bucket.isEmpty) {
        const message = 'The bucket you tried to delete is not empty';
        throw new AwsError('BucketNotEmpty', message, { status: 409, fields: { BucketName: bucket.name } });
      }
      buckets.delete(bucket.name);
      return {};
    },
  } satisfies Operations<S3>;
}

/** S3's rules for the names of general purpose buckets. */
const NAME =
  /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function createBucket(buckets: Buckets, input: CreateBucketCommandInput): Bucket {
  const { Bucket: name = '', CreateBucketConfiguration, ObjectOwnership } = input;
  const { account, clock } = buckets.kernel;
  if (!NAME.test(name)) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  if (buckets.has(name)) {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new AwsError('BucketAlreadyOwnedByYou', message, { status: 409 });
  }
  const bucket = new Bucket(
    name,
    CreateBucketConfiguration?.LocationConstraint ?? account.region,
    clock.date(),
  );
  if (CreateBucketConfiguration?.Tags !== undefined) bucket.settings.tags = CreateBucketConfiguration.Tags;
  if (ObjectOwnership !== undefined) bucket.settings.ownership = { Rules: [{ ObjectOwnership }] };
  buckets.add(bucket);
  return bucket;
}
