import type {
  AccessPointDescription,
  CreateAccessPointRequest,
  EFS,
  LifeCycleState,
  Tag,
} from '@aws-sdk/client-efs';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { arn, AwsError, page } from '../../kernel/index.ts';
import type { FileSystem, FileSystems } from './file-systems.ts';

/** An entrance to a part of a file system, as one user. */
export interface AccessPoint {
  readonly id: string;
  readonly arn: string;
  readonly system: FileSystem;
  readonly input: CreateAccessPointRequest;
  readonly token: string;
  state: LifeCycleState;
  tags: Tag[];
}

const CREATION = 5_000;

/** The account's access points. */
export class AccessPoints {
  readonly #kernel: Kernel;
  readonly #byId = new Map<string, AccessPoint>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  all(): AccessPoint[] {
    return [...this.#byId.values()];
  }

  /** By id or ARN. @throws AwsError AccessPointNotFound */
  get(reference: string | undefined): AccessPoint {
    const id = (reference ?? '').replace(/^arn:.*access-point\//, '');
    const found = this.#byId.get(id);
    if (found !== undefined) return found;
    throw new AwsError('AccessPointNotFound', `Access Point ${id} does not exist.`);
  }

  /** @throws AwsError AccessPointAlreadyExists */
  create(system: FileSystem, input: CreateAccessPointRequest): AccessPoint {
    const { account, clock, ids } = this.#kernel;
    const token = input.ClientToken ?? ids.uuid();
    const twin = this.all().find((one) => one.token === token);
    if (twin !== undefined) {
      throw new AwsError(
        'AccessPointAlreadyExists',
        `Access point already exists with ClientToken ${token}`,
        {
          fields: { AccessPointId: twin.id },
        },
      );
    }
    const id = `fsap-${ids.hex(17)}`;
    const point: AccessPoint = {
      id,
      arn: arn(account, 'elasticfilesystem', `access-point/${id}`),
      system,
      input,
      token,
      state: 'creating',
      tags: input.Tags ?? [],
    };
    this.#byId.set(id, point);
    clock.after(CREATION, () => (point.state = 'available'));
    return point;
  }

  /** One goes at once; those of a file system go with it. */
  delete(point: AccessPoint): void {
    this.#byId.delete(point.id);
  }

  shown({ input, ...point }: AccessPoint): AccessPointDescription {
    const name = point.tags.find(({ Key }) => Key === 'Name')?.Value;
    return {
      AccessPointId: point.id,
      AccessPointArn: point.arn,
      ClientToken: point.token,
      FileSystemId: point.system.id,
      ...(name === undefined ? {} : { Name: name }),
      ...(input.PosixUser === undefined ? {} : { PosixUser: input.PosixUser }),
      RootDirectory: { Path: '/', ...input.RootDirectory },
      OwnerId: this.#kernel.account.id,
      LifeCycleState: point.state,
      Tags: point.tags,
    };
  }
}

export function accessPointOperations(systems: FileSystems, points: AccessPoints) {
  return {
    CreateAccessPoint: (input) => points.shown(points.create(systems.available(input.FileSystemId), input)),
    DescribeAccessPoints: ({ AccessPointId, FileSystemId, NextToken, MaxResults = 100 }) => {
      const wanted = (AccessPointId === undefined ? points.all() : [points.get(AccessPointId)]).filter(
        ({ system }) => FileSystemId === undefined || system === systems.get(FileSystemId),
      );
      const { items, nextToken } = page(wanted, NextToken, MaxResults, 'BadRequest');
      return {
        AccessPoints: items.map((point) => points.shown(point)),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },
    DeleteAccessPoint: ({ AccessPointId }) => {
      points.delete(points.get(AccessPointId));
      return {};
    },
  } satisfies Operations<EFS>;
}
