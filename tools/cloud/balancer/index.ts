import type { Cloud } from '../cloud.ts';
import type { Tally } from './counts.ts';
import type { BalancerOptions } from './options.ts';
import { BalancerProxy } from './proxy.ts';

export type { BalancerOptions, LostRequest } from './options.ts';

/** An application load balancer that listens on 127.0.0.1. */
export interface LocalBalancer {
  /** Where its first listener is reached: `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Where each listener is reached, by the listener's port. */
  readonly urls: ReadonlyMap<number, string>;
  /** What became of all requests so far. */
  readonly tally: Tally;
  close(): Promise<void>;
}

/**
 * Opens a load balancer of the cloud's to real requests: its listeners' default actions, its target groups as they are at
 * each moment. Every listener gets a free port, and speaks plain HTTP there, whatever it would speak at AWS.
 *
 * Time stands still from a request's begin until its answer is written: what it takes, it takes in real time. Unless
 * `holdsTime` is false: then the cloud's time and the requests' go on side by side.
 *
 * @param loadBalancer its ARN or name
 * @throws Error if there is no such load balancer, or it has no listeners
 */
export async function openBalancer(
  cloud: Cloud,
  loadBalancer: string,
  options: BalancerOptions = {},
): Promise<LocalBalancer> {
  const front = cloud.services.elb.front(loadBalancer);
  if (front === undefined) throw new Error(`There is no load balancer ${loadBalancer}`);
  const proxy = new BalancerProxy(cloud, front, options);
  const urls = new Map<number, string>();
  for (const listener of front.listeners) urls.set(listener.port, await proxy.listen(listener));
  const [url] = urls.values();
  if (url === undefined) throw new Error(`Load balancer ${loadBalancer} has no listener`);
  return { url, urls, tally: proxy.tally, close: () => proxy.close() };
}
