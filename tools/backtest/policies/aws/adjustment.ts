/**
 * What `PercentChangeInCapacity` makes of a capacity: above 1 and below −1 rounded towards zero, in between to 1 or −1.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
 */
export function changedBy(capacity: number, percent: number): number {
  const exact = (capacity * percent) / 100;
  return capacity + (Math.abs(exact) < 1 ? Math.sign(exact) : Math.trunc(exact));
}
