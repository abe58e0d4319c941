import type { Instant } from '../kernel/index.ts';
import type { MetricSink } from '../services/cloudwatch/metric-store.ts';
import type { Tally } from './counts.ts';
import { within } from './counts.ts';

/** The metrics that tell statuses apart, beside those that simulated traffic has as well. */
export function putStatuses(
  metrics: MetricSink,
  { target, balancer }: Tally,
  of: { readonly loadBalancer: string; readonly targetGroup: string },
  at: Instant,
): void {
  const front = { LoadBalancer: of.loadBalancer };
  const both = { TargetGroup: of.targetGroup, LoadBalancer: of.loadBalancer };
  const put = (name: string, dimensions: Readonly<Record<string, string>>, value: number) => {
    if (value === 0) return;
    const sample = { sum: value, count: value, min: 1, max: 1 };
    metrics.put('AWS/ApplicationELB', name, dimensions, at, sample, 'Count');
  };
  for (const kind of [3, 4]) {
    const count = within(target, 100 * kind, 100 * kind + 99);
    put(`HTTPCode_Target_${kind}XX_Count`, front, count);
    put(`HTTPCode_Target_${kind}XX_Count`, both, count);
  }
  put('HTTPCode_ELB_4XX_Count', front, within(balancer, 400, 499));
}
