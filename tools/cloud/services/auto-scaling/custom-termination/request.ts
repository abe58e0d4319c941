import type { Group, GroupInstance, TerminationCause } from '../model.ts';

/**
 * What a Lambda function is asked when instances are to go.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/lambda-custom-termination-policy.html
 */
export interface TerminationRequest {
  readonly AutoScalingGroupARN: string;
  readonly AutoScalingGroupName: string;
  readonly CapacityToTerminate: readonly {
    readonly AvailabilityZone: string;
    readonly Capacity: number;
    readonly InstanceMarketOption: string;
  }[];
  /** Those that may go, in the zones of which capacity should. */
  readonly Instances: readonly {
    readonly AvailabilityZone: string;
    readonly InstanceId: string;
    readonly InstanceType: string;
    readonly InstanceMarketOption: string;
  }[];
  readonly Cause: TerminationCause;
}

/**
 * @param candidates  in service and not protected
 * @param suggested   those of them that the group would take by itself
 */
export function terminationRequest(
  { arn, name, terminationCause }: Pick<Group, 'arn' | 'name' | 'terminationCause'>,
  candidates: readonly GroupInstance[],
  suggested: readonly GroupInstance[],
): TerminationRequest {
  const zones = new Set(suggested.map(({ zone }) => zone));
  const capacity = Map.groupBy(suggested, ({ zone, market }) => `${zone} ${market}`);
  return {
    AutoScalingGroupARN: arn,
    AutoScalingGroupName: name,
    CapacityToTerminate: [...capacity.values()].flatMap((instances) => {
      const [first] = instances;
      if (first === undefined) return [];
      const Capacity = instances.reduce((sum, { weight = 1 }) => sum + weight, 0);
      return [{ AvailabilityZone: first.zone, Capacity, InstanceMarketOption: first.market }];
    }),
    Instances: candidates
      .filter(({ zone }) => zones.has(zone))
      .map(({ zone, id, instanceType, market }) => ({
        AvailabilityZone: zone,
        InstanceId: id,
        InstanceType: instanceType,
        InstanceMarketOption: market,
      })),
    Cause: terminationCause,
  };
}

/** The instances that an answer names; undefined where it is none. */
export function namedInstances(answer: string): readonly string[] | undefined {
  const parsed = parse(answer);
  if (typeof parsed !== 'object' || parsed === null || !('InstanceIDs' in parsed)) return undefined;
  const { InstanceIDs: ids } = parsed;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
