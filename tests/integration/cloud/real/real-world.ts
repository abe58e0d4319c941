import { join } from 'node:path';
import type { BalancerOptions, LocalBalancer } from '../../../../tools/cloud/balancer/index.ts';
import { openBalancer } from '../../../../tools/cloud/balancer/index.ts';
import type { RealInstances } from '../../../../tools/cloud/instances/index.ts';
import { runForReal } from '../../../../tools/cloud/instances/index.ts';
import { openFleet, type Fleet } from '../groups-world.ts';

export const ECHO = {
  file: process.execPath,
  args: [join(import.meta.dirname, '..', '..', '..', 'support', 'echo-server.ts')],
};

export interface RealWorld {
  readonly fleet: Fleet;
  readonly instances: RealInstances;
  readonly balancer: LocalBalancer;
  /** Asks through the load balancer. */
  ask(path: string, init?: RequestInit): Promise<{ status: number; text: string; headers: Headers }>;
  /** Who answers so many requests. */
  who(times: number): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * A group of real instances behind a load balancer that listens.
 *
 * @param size    of the group; they serve already
 * @param options of the load balancer, and what instances have in place of a disk
 */
export async function openRealWorld(
  size: number,
  { root, ...options }: BalancerOptions & { readonly root?: string } = {},
): Promise<RealWorld> {
  const fleet = await openFleet();
  await fleet.elb.modifyTargetGroup({
    TargetGroupArn: fleet.targetGroupArn,
    HealthCheckPath: '/ready',
    HealthCheckIntervalSeconds: 10,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 3,
  });
  const instances = runForReal(fleet.cloud, {
    isMeant: () => true,
    command: ECHO,
    ...(root !== undefined && { root }),
  });
  const balancer = await openBalancer(fleet.cloud, fleet.loadBalancerArn, options);
  await fleet.createGroup({ DesiredCapacity: size, MinSize: 0, HealthCheckType: 'EC2' });
  if (size > 0) await fleet.pass(5);
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(balancer.url + path, { redirect: 'manual', ...init });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  return {
    fleet,
    instances,
    balancer,
    ask,
    who: async (times) => {
      const names: string[] = [];
      for (let time = 0; time < times; time++) {
        const { text } = await ask('/');
        names.push((JSON.parse(text) as { identity: string }).identity);
      }
      return names;
    },
    close: async () => {
      await balancer.close();
      await instances.close();
      await fleet.close();
    },
  };
}
