import type { BalancerOptions, LocalBalancer } from '../../cloud/balancer/index.ts';
import { openBalancer } from '../../cloud/balancer/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Command, RealInstances } from '../../cloud/instances/index.ts';
import { runForReal } from '../../cloud/instances/index.ts';

export interface RealFleetSpec {
  readonly cloud: Cloud;
  /** The fleet whose instances are to be real, by their tag `evenkeel:fleet`. */
  readonly fleet: string;
  /** The load balancer before it: its ARN or name. */
  readonly loadBalancer: string;
  /** What each instance runs: for examples, see {@link directoryCommand}. */
  readonly command: Command;
  /** How its load balancer is opened. */
  readonly balancer?: BalancerOptions;
  /** What each instance has in place of a disk: a folder that is copied for it. */
  readonly root?: string;
  /** Told of each line that an instance's process writes. */
  readonly onLine?: (instanceId: string, line: string) => void;
}

export interface StartedFleet {
  /** Where the load balancer is reached. */
  readonly url: string;
  readonly balancer: LocalBalancer;
  readonly instances: RealInstances;
  /** Ends all processes; the instances are simulated no more, so the cloud should end as well. */
  close(): Promise<void>;
}

/**
 * Makes a deployed fleet real: what of it runs is replaced by processes at once, what boots later becomes one then. Time
 * has to be moved meanwhile, or already stand still: processes start while it does.
 */
export async function startRealFleet(spec: RealFleetSpec): Promise<StartedFleet> {
  const { cloud, fleet, loadBalancer, command, root, onLine } = spec;
  const balancer = await openBalancer(cloud, loadBalancer, {
    ...spec.balancer,
    onLoad: (instance, outstanding) => {
      instances.noteLoad(instance, outstanding);
      spec.balancer?.onLoad?.(instance, outstanding);
    },
  });
  const instances = runForReal(cloud, {
    isMeant: ({ tags }) => tags.get('evenkeel:fleet') === fleet,
    command,
    ...(root !== undefined && { root }),
    ...(onLine && { onLine }),
  });
  await cloud.clock.quiet();
  return {
    url: balancer.url,
    balancer,
    instances,
    close: async () => {
      await balancer.close();
      await instances.close();
    },
  };
}
