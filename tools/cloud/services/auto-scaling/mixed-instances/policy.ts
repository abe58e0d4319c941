import type { LaunchTemplateOverrides, MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';
import { validationError } from '../../../kernel/index.ts';
import { checkedTemplate } from '../checked-template.ts';
import { notImplemented } from '../not-implemented.ts';
import type { Ec2Port } from '../ports.ts';

const ON_DEMAND_STRATEGIES = ['lowest-price', 'prioritized'];
const SPOT_STRATEGIES = [
  'lowest-price',
  'capacity-optimized',
  'capacity-optimized-prioritized',
  'price-capacity-optimized',
];

/** Fills in the names and ids of launch templates. @throws AwsError ValidationError */
export function checkedPolicy(policy: MixedInstancesPolicy, ec2: Ec2Port): MixedInstancesPolicy {
  const { LaunchTemplateSpecification: specification, Overrides = [] } = policy.LaunchTemplate ?? {};
  if (specification === undefined)
    throw validationError('A mixed instances policy must name a launch template.');
  requireDistribution(policy);
  requireWeights(Overrides);
  return {
    ...policy,
    LaunchTemplate: {
      ...policy.LaunchTemplate,
      LaunchTemplateSpecification: checkedTemplate(specification, ec2),
      ...(policy.LaunchTemplate?.Overrides === undefined
        ? {}
        : { Overrides: Overrides.map((override) => checkedOverride(override, ec2)) }),
    },
  };
}

function checkedOverride(override: LaunchTemplateOverrides, ec2: Ec2Port): LaunchTemplateOverrides {
  const { InstanceType, InstanceRequirements, LaunchTemplateSpecification } = override;
  if (InstanceRequirements !== undefined)
    throw notImplemented(
      'InstanceRequirements in a mixed instances policy: name each InstanceType in an override',
    );
  if (InstanceType === undefined) throw validationError('An override must name an InstanceType.');
  // Throws for a type that EC2 does not know.
  ec2.onDemandPrice(InstanceType);
  if (LaunchTemplateSpecification === undefined) return override;
  return { ...override, LaunchTemplateSpecification: checkedTemplate(LaunchTemplateSpecification, ec2) };
}

/** "If you specify a value for one instance type, you must specify a value for all of them": from 1 to 999. */
function requireWeights(overrides: readonly LaunchTemplateOverrides[]): void {
  const weights = overrides.flatMap(({ WeightedCapacity }) => WeightedCapacity ?? []);
  if (weights.length > 0 && weights.length < overrides.length)
    throw validationError('Either all or none of the overrides must specify WeightedCapacity.');
  const odd = weights.find((weight) => !/^[1-9]\d{0,2}$/.test(weight));
  if (odd !== undefined)
    throw validationError(`WeightedCapacity ${odd} must be a whole number from 1 to 999.`);
}

function requireDistribution({ InstancesDistribution: distribution = {} }: MixedInstancesPolicy): void {
  const {
    OnDemandAllocationStrategy: onDemand,
    SpotAllocationStrategy: spot,
    SpotInstancePools,
  } = distribution;
  if (onDemand !== undefined && !ON_DEMAND_STRATEGIES.includes(onDemand))
    throw validationError(`OnDemandAllocationStrategy ${onDemand} is not valid.`);
  if (spot !== undefined && !SPOT_STRATEGIES.includes(spot))
    throw validationError(`SpotAllocationStrategy ${spot} is not valid.`);
  const percentage = distribution.OnDemandPercentageAboveBaseCapacity ?? 100;
  if (percentage < 0 || percentage > 100)
    throw validationError('OnDemandPercentageAboveBaseCapacity must be between 0 and 100.');
  if (SpotInstancePools === undefined) return;
  if ((spot ?? 'lowest-price') !== 'lowest-price')
    throw validationError('SpotInstancePools is only valid with the lowest-price Spot allocation strategy.');
  if (SpotInstancePools < 1 || SpotInstancePools > 20)
    throw validationError('SpotInstancePools must be between 1 and 20.');
}
