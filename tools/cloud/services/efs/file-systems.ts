import type {
  CreateFileSystemRequest,
  FileSystemDescription,
  LifeCycleState,
  LifecyclePolicy,
  Tag,
} from '@aws-sdk/client-efs';
import type { Instant, Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import { zoneId } from '../ec2/regions.ts';

/** A file system, but for its mount targets and access points. */
export interface FileSystem {
  readonly id: string;
  readonly arn: string;
  readonly token: string;
  readonly createdAt: Instant;
  readonly input: CreateFileSystemRequest;
  state: LifeCycleState;
  throughput: Pick<FileSystemDescription, 'ThroughputMode' | 'ProvisionedThroughputInMibps'>;
  isBackedUp: boolean;
  isProtected: boolean;
  lifecycle: LifecyclePolicy[];
  policy: string | undefined;
  tags: Tag[];
}

const CREATION = 8_000;
const UPDATE = 30_000;
const DELETION = 5_000;
/** What an empty file system is metered at. */
const EMPTY_BYTES = 6144;

/** The account's file systems. */
export class FileSystems {
  readonly #kernel: Kernel;
  readonly #byId = new Map<string, FileSystem>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  all(): FileSystem[] {
    return [...this.#byId.values()];
  }

  /** By id or ARN. @throws AwsError FileSystemNotFound */
  get(reference: string | undefined): FileSystem {
    const id = (reference ?? '').replace(/^arn:.*file-system\//, '');
    const found = this.#byId.get(id);
    if (found !== undefined) return found;
    throw new AwsError('FileSystemNotFound', `File system '${id}' does not exist.`);
  }

  /** One that can be changed. @throws AwsError IncorrectFileSystemLifeCycleState */
  available(reference: string | undefined): FileSystem {
    const found = this.get(reference);
    if (found.state === 'available') return found;
    const message = `File system '${found.id}' is in the state ${found.state}.`;
    throw new AwsError('IncorrectFileSystemLifeCycleState', message);
  }

  /** @throws AwsError FileSystemAlreadyExists, BadRequest */
  create(input: CreateFileSystemRequest): FileSystem {
    const { account, clock, ids } = this.#kernel;
    const token = input.CreationToken ?? ids.uuid();
    const twin = this.all().find((one) => one.token === token);
    if (twin !== undefined) {
      throw new AwsError(
        'FileSystemAlreadyExists',
        `File system '${twin.id}' already exists with creation token '${token}'`,
        { fields: { FileSystemId: twin.id } },
      );
    }
    checkThroughput(input.ThroughputMode, input.ProvisionedThroughputInMibps);
    if (input.KmsKeyId !== undefined && input.Encrypted !== true) {
      throw new AwsError('BadRequest', 'Invalid KMS key for an unencrypted file system.');
    }
    const id = `fs-${ids.hex(17)}`;
    const made: FileSystem = {
      id,
      arn: arn(account, 'elasticfilesystem', `file-system/${id}`),
      token,
      createdAt: clock.now(),
      input,
      state: 'creating',
      throughput: {
        ThroughputMode: input.ThroughputMode ?? 'bursting',
        ProvisionedThroughputInMibps: input.ProvisionedThroughputInMibps,
      },
      isBackedUp: input.Backup ?? input.AvailabilityZoneName !== undefined,
      isProtected: true,
      lifecycle: [],
      policy: undefined,
      tags: input.Tags ?? [],
    };
    this.#byId.set(id, made);
    clock.after(CREATION, () => (made.state = 'available'));
    return made;
  }

  setThroughput(system: FileSystem, { ThroughputMode: mode, ...rest }: FileSystem['throughput']): void {
    const throughput = {
      ThroughputMode: mode ?? system.throughput.ThroughputMode,
      ProvisionedThroughputInMibps: rest.ProvisionedThroughputInMibps,
    };
    checkThroughput(throughput.ThroughputMode, throughput.ProvisionedThroughputInMibps);
    system.throughput = throughput;
    system.state = 'updating';
    this.#kernel.clock.after(UPDATE, () => (system.state = 'available'));
  }

  delete(system: FileSystem): void {
    system.state = 'deleting';
    this.#kernel.clock.after(DELETION, () => this.#byId.delete(system.id));
  }

  shown(system: FileSystem, mountTargets: number): FileSystemDescription {
    const { account, clock } = this.#kernel;
    const {
      PerformanceMode = 'generalPurpose',
      Encrypted = false,
      KmsKeyId,
      AvailabilityZoneName,
    } = system.input;
    const name = system.tags.find(({ Key }) => Key === 'Name')?.Value;
    return {
      OwnerId: account.id,
      CreationToken: system.token,
      FileSystemId: system.id,
      FileSystemArn: system.arn,
      CreationTime: new Date(system.createdAt),
      LifeCycleState: system.state,
      ...(name === undefined ? {} : { Name: name }),
      NumberOfMountTargets: mountTargets,
      SizeInBytes: {
        Value: EMPTY_BYTES,
        Timestamp: clock.date(),
        ValueInStandard: EMPTY_BYTES,
        ValueInIA: 0,
      },
      PerformanceMode,
      Encrypted,
      ...(Encrypted ? { KmsKeyId: KmsKeyId ?? arn(account, 'kms', 'alias/aws/elasticfilesystem') } : {}),
      ...system.throughput,
      ...(AvailabilityZoneName === undefined
        ? {}
        : { AvailabilityZoneName, AvailabilityZoneId: zoneId(AvailabilityZoneName) }),
      Tags: system.tags,
      FileSystemProtection: {
        ReplicationOverwriteProtection: system.isProtected ? 'ENABLED' : 'DISABLED',
      },
    };
  }
}

function checkThroughput(mode: string | undefined, mibps: number | undefined): void {
  if ((mode === 'provisioned') === (mibps !== undefined)) return;
  throw new AwsError(
    'BadRequest',
    'ProvisionedThroughputInMibps must be given with the throughput mode provisioned, and only then.',
  );
}
