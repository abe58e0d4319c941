import { type Kernel } from '../../kernel/index.ts';
import type { Ec2Control } from './api.ts';
import type { Images } from './images.ts';
import type { Instances } from './instances.ts';
import { publicImagesBehind, publishImage, type ImageParameters } from './public-images.ts';

/** How long before the reclaim AWS warns of it. */
const SPOT_WARNING_MS = 120_000;

export interface ControlParts {
  readonly kernel: Kernel;
  readonly instances: Instances;
  readonly images: Images;
  readonly parameters: ImageParameters;
}

/** What the outside world does to EC2. */
export function ec2Control({ kernel, instances, images, parameters }: ControlParts): Ec2Control {
  return {
    configure: (times) => {
      instances.times = { ...instances.times, ...times };
    },
    kill: (id) => {
      instances.kill(id, 'killed');
    },
    makeUnhealthy: (id) => {
      instances.impair(id);
    },
    recover: (id) => {
      instances.recover(id);
    },
    interruptSpot: (id, { warning = true } = {}) => {
      const { zone } = instances.get(id);
      if (!warning) {
        instances.terminate(id, 'spot interruption');
        return;
      }
      emit(kernel, 'EC2 Spot Instance Interruption Warning', zone, id, { 'instance-action': 'terminate' });
      kernel.clock.after(SPOT_WARNING_MS, () => instances.terminate(id, 'spot interruption'));
    },
    recommendRebalance: (id) => {
      emit(kernel, 'EC2 Instance Rebalance Recommendation', instances.get(id).zone, id, {});
    },
    publishImage: ({ parameter, fault } = {}) =>
      publicImagesBehind(parameter)
        .map((image) => publishImage(kernel, images, parameters, image, fault))
        .at(-1) ?? '',
  };
}

/** Spot's events name the instance with a zone and no account, as AWS's own samples do. */
function emit(
  kernel: Kernel,
  detailType: string,
  zone: string,
  id: string,
  extra: Record<string, string>,
): void {
  kernel.events.emit({
    source: 'aws.ec2',
    detailType,
    resources: [`arn:aws:ec2:${zone}:instance/${id}`],
    detail: { 'instance-id': id, ...extra },
  });
}
