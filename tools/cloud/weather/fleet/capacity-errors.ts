/** What EC2 refuses a launch with for want of something. */
export const CAPACITY_CODES = [
  'InsufficientInstanceCapacity',
  'MaxSpotInstanceCountExceeded',
  'VcpuLimitExceeded',
  'UnfulfillableCapacity',
  'InsufficientFreeAddressesInSubnet',
] as const;

export type CapacityCode = (typeof CAPACITY_CODES)[number];

/** A launch that is asked for. */
export interface LaunchPlace {
  readonly zone: string;
  readonly subnetId: string;
  readonly instanceType: string;
  readonly market: 'on-demand' | 'spot';
}

/** AWS's limit for a new account's standard On-Demand instances. */
const VCPU_LIMIT = 32;

/**
 * AWS's words for a launch that fails, as they stand in an error of RunInstances and after `Status Reason:` of a
 * scaling activity.
 *
 * @param zones all zones of the region
 */
export function capacityMessage(
  code: CapacityCode,
  { zone, subnetId, instanceType, market }: LaunchPlace,
  zones: readonly string[],
): string {
  switch (code) {
    case 'InsufficientInstanceCapacity': {
      if (market === 'spot') return 'There is no Spot capacity available that matches your request';
      const others = zones.filter((other) => other !== zone).join(', ');
      return (
        `We currently do not have sufficient ${instanceType} capacity in the Availability Zone you requested (${zone}). ` +
        'Our system will be working on provisioning additional capacity. ' +
        `You can currently get ${instanceType} capacity by not specifying an Availability Zone in your request or choosing ${others}`
      );
    }
    case 'MaxSpotInstanceCountExceeded':
      return 'Max spot instance count exceeded';
    case 'VcpuLimitExceeded':
      return (
        `You have requested more vCPU capacity than your current vCPU limit of ${VCPU_LIMIT} allows for the instance ` +
        'bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request ' +
        'to request an adjustment to this limit'
      );
    case 'UnfulfillableCapacity':
      return (
        `Could not launch ${market === 'spot' ? 'Spot' : 'On-Demand'} Instances. UnfulfillableCapacity - Unable to ` +
        'fulfill capacity due to your request configuration. Please adjust your request and try again'
      );
    case 'InsufficientFreeAddressesInSubnet':
      return `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances`;
  }
}
