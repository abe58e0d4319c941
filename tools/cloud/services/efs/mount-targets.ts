import type { EFS, LifeCycleState, MountTargetDescription } from '@aws-sdk/client-efs';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Ec2Service } from '../ec2/api.ts';
import { zoneId } from '../ec2/regions.ts';
import type { AccessPoints } from './access-points.ts';
import type { FileSystem, FileSystems } from './file-systems.ts';
import { listed } from './listing.ts';

export type Subnets = Pick<Ec2Service, 'subnet' | 'attachInterface' | 'detachInterface'>;

/** Where instances of one zone reach a file system. */
export interface MountTarget {
  readonly id: string;
  readonly system: FileSystem;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  interfaceId: string;
  address: string;
  securityGroups: readonly string[];
  state: LifeCycleState;
}

const CREATION = 90_000;
const DELETION = 45_000;

/** The account's mount targets. */
export class MountTargets {
  readonly #kernel: Kernel;
  readonly #ec2: Subnets;
  readonly #byId = new Map<string, MountTarget>();

  constructor(kernel: Kernel, ec2: Subnets) {
    this.#kernel = kernel;
    this.#ec2 = ec2;
  }

  of(system: FileSystem): MountTarget[] {
    return [...this.#byId.values()].filter((target) => target.system === system);
  }

  /** @throws AwsError MountTargetNotFound */
  get(id: string | undefined): MountTarget {
    const target = this.#byId.get(id ?? '');
    if (target !== undefined) return target;
    throw new AwsError('MountTargetNotFound', `Mount target '${id ?? ''}' does not exist.`);
  }

  /** @throws AwsError MountTargetConflict, SubnetNotFound, SecurityGroupNotFound, NoFreeAddressesInSubnet */
  create(system: FileSystem, subnetId: string, securityGroups: readonly string[]): MountTarget {
    const { vpcId, zone } = this.#subnet(subnetId);
    const others = this.of(system);
    if (others.some((target) => target.zone === zone)) {
      throw new AwsError('MountTargetConflict', 'mount target already exists in this AZ');
    }
    if (others.some((target) => target.vpcId !== vpcId)) {
      throw new AwsError(
        'MountTargetConflict',
        'requested subnet for new mount target is not in the same VPC as existing mount targets',
      );
    }
    const { AvailabilityZoneName: only = zone } = system.input;
    if (only !== zone) {
      throw new AwsError(
        'AvailabilityZonesMismatch',
        'The subnet is not in the Availability Zone of the file system.',
      );
    }
    const id = `fsmt-${this.#kernel.ids.hex(17)}`;
    const seat = this.#attach(id, system.id, subnetId, securityGroups);
    const target: MountTarget = {
      id,
      system,
      subnetId,
      vpcId,
      zone,
      ...seat,
      securityGroups,
      state: 'creating',
    };
    this.#byId.set(id, target);
    this.#kernel.clock.after(CREATION, () => (target.state = 'available'));
    return target;
  }

  setSecurityGroups(target: MountTarget, securityGroups: readonly string[]): void {
    const seat = this.#attach(target.id, target.system.id, target.subnetId, securityGroups);
    this.#ec2.detachInterface(target.interfaceId);
    Object.assign(target, seat, { securityGroups });
  }

  delete(target: MountTarget): void {
    target.state = 'deleting';
    this.#kernel.clock.after(DELETION, () => {
      this.#ec2.detachInterface(target.interfaceId);
      this.#byId.delete(target.id);
    });
  }

  shown(target: MountTarget): MountTargetDescription {
    return {
      OwnerId: this.#kernel.account.id,
      MountTargetId: target.id,
      FileSystemId: target.system.id,
      SubnetId: target.subnetId,
      LifeCycleState: target.state,
      IpAddress: target.address,
      NetworkInterfaceId: target.interfaceId,
      AvailabilityZoneName: target.zone,
      AvailabilityZoneId: zoneId(target.zone),
      VpcId: target.vpcId,
    };
  }

  #subnet(id: string) {
    try {
      return this.#ec2.subnet(id);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError('SubnetNotFound', `The subnet ID '${id}' does not exist`);
    }
  }

  #attach(id: string, systemId: string, subnetId: string, groupIds: readonly string[]) {
    try {
      const description = `EFS mount target for ${systemId} (${id})`;
      const { interfaceId, privateIp } = this.#ec2.attachInterface({ subnetId, groupIds, description });
      return { interfaceId, address: privateIp };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const isFull = error.code === 'InsufficientFreeAddressesInSubnet';
      throw new AwsError(isFull ? 'NoFreeAddressesInSubnet' : 'SecurityGroupNotFound', error.message);
    }
  }
}

export function mountTargetOperations(
  systems: FileSystems,
  targets: MountTargets,
  accessPoints: AccessPoints,
) {
  return {
    CreateMountTarget: ({ FileSystemId, SubnetId = '', SecurityGroups = [], IpAddress }) => {
      if (IpAddress !== undefined) {
        const message = 'Addresses of mount targets cannot be chosen in this local cloud.';
        throw new AwsError('NotImplemented', message, { status: 501 });
      }
      return targets.shown(targets.create(systems.available(FileSystemId), SubnetId, SecurityGroups));
    },
    DescribeMountTargets: (input) => {
      const { FileSystemId, MountTargetId, AccessPointId } = input;
      if (FileSystemId === undefined && MountTargetId === undefined && AccessPointId === undefined) {
        throw new AwsError('BadRequest', 'One of FileSystemId, MountTargetId and AccessPointId is required.');
      }
      const system = FileSystemId ?? (AccessPointId && accessPoints.get(AccessPointId).system.id);
      const wanted = system === undefined ? [targets.get(MountTargetId)] : targets.of(systems.get(system));
      const { items, marker } = listed(wanted, input);
      return { MountTargets: items.map((target) => targets.shown(target)), ...marker };
    },
    DescribeMountTargetSecurityGroups: ({ MountTargetId }) => ({
      SecurityGroups: [...targets.get(MountTargetId).securityGroups],
    }),
    ModifyMountTargetSecurityGroups: ({ MountTargetId, SecurityGroups = [] }) => {
      targets.setSecurityGroups(targets.get(MountTargetId), SecurityGroups);
      return {};
    },
    DeleteMountTarget: ({ MountTargetId }) => {
      targets.delete(targets.get(MountTargetId));
      return {};
    },
  } satisfies Operations<EFS>;
}
