import type { Ec2Service } from '../services/ec2/api.ts';
import { Disk } from './disk.ts';

/** The disks of all instances, and what was on them when images were taken: whatever is launched from one begins there. */
export class Disks {
  readonly #ec2: Pick<Ec2Service, 'instance'>;
  readonly #ofInstances = new Map<string, Disk>();
  readonly #ofImages = new Map<string, Disk>();

  constructor(ec2: Pick<Ec2Service, 'instance' | 'onImage' | 'onStateChange'>) {
    this.#ec2 = ec2;
    ec2.onImage(({ id, sourceInstanceId, sourceImageId }) => {
      const source =
        sourceInstanceId === undefined ? this.#ofImage(sourceImageId) : this.of(sourceInstanceId);
      this.#ofImages.set(id, source.copy());
    });
    ec2.onStateChange(({ instance, to }) => {
      if (to === 'terminated') this.#ofInstances.delete(instance.id);
    });
  }

  /** An instance's disk. */
  of(instanceId: string): Disk {
    const disk =
      this.#ofInstances.get(instanceId) ?? this.#ofImage(this.#ec2.instance(instanceId)?.imageId).copy();
    this.#ofInstances.set(instanceId, disk);
    return disk;
  }

  #ofImage(imageId = ''): Disk {
    return this.#ofImages.get(imageId) ?? new Disk();
  }
}
