import type { DescribeAvailabilityZonesRequest, DescribeRegionsRequest, EC2 } from '@aws-sdk/client-ec2';
import { AwsError, type Kernel, type Operations } from '../../kernel/index.ts';
import { passes } from './filters.ts';

const NO_TAGS: ReadonlyMap<string, string> = new Map();

/** A zone's physical id: `eu-central-1a` → `euc1-az1`; AWS shuffles them for each account, this cloud does not. */
export function zoneId(zone: string): string {
  const [continent = '', direction = '', numbered = ''] = zone.split('-');
  const number = numbered.replace(/[a-z]$/, '');
  const letter = zone.charCodeAt(zone.length - 1) - 'a'.charCodeAt(0) + 1;
  return `${continent}${direction.charAt(0)}${number}-az${letter}`;
}

export function regionOperations(kernel: Kernel) {
  return {
    DescribeAvailabilityZones: (input) => describeZones(kernel, input),
    DescribeRegions: (input) => describeRegions(kernel, input),
    DescribeAccountAttributes: () => ({
      AccountAttributes: [
        { AttributeName: 'supported-platforms', AttributeValues: [{ AttributeValue: 'VPC' }] },
        { AttributeName: 'max-instances', AttributeValues: [{ AttributeValue: '20' }] },
        { AttributeName: 'vpc-max-elastic-ips', AttributeValues: [{ AttributeValue: '5' }] },
      ],
    }),
  } satisfies Operations<EC2>;
}

function describeZones({ account }: Kernel, input: DescribeAvailabilityZonesRequest) {
  const zones = account.zones.map((name) => ({
    ZoneName: name,
    ZoneId: zoneId(name),
    ZoneType: 'availability-zone',
    RegionName: account.region,
    GroupName: account.region,
    NetworkBorderGroup: account.region,
    OptInStatus: 'opt-in-not-required' as const,
    State: 'available' as const,
  }));
  const unknown = input.ZoneNames?.find((name) => !account.zones.includes(name));
  if (unknown !== undefined)
    throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${unknown}]`);
  const AvailabilityZones = zones.filter(
    (zone) =>
      (input.ZoneNames?.includes(zone.ZoneName) ?? true) &&
      (input.ZoneIds?.includes(zone.ZoneId) ?? true) &&
      passes(zone, NO_TAGS, input.Filters, {
        'zone-name': (item) => item.ZoneName,
        'zone-id': (item) => item.ZoneId,
        'zone-type': (item) => item.ZoneType,
        'region-name': (item) => item.RegionName,
        'group-name': (item) => item.GroupName,
        'opt-in-status': (item) => item.OptInStatus,
        state: (item) => item.State,
      }),
  );
  return { AvailabilityZones };
}

function describeRegions({ account }: Kernel, input: DescribeRegionsRequest) {
  const unknown = input.RegionNames?.find((name) => name !== account.region);
  if (unknown !== undefined) throw new AwsError('InvalidParameterValue', `Invalid region name: [${unknown}]`);
  const region = {
    RegionName: account.region,
    Endpoint: `ec2.${account.region}.amazonaws.com`,
    OptInStatus: 'opt-in-not-required',
  };
  return {
    Regions: [region].filter((item) =>
      passes(item, NO_TAGS, input.Filters, {
        'region-name': (one) => one.RegionName,
        endpoint: (one) => one.Endpoint,
        'opt-in-status': (one) => one.OptInStatus,
      }),
    ),
  };
}
