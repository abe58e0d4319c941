import type { DescribeInstanceTypesRequest, EC2, InstanceTypeInfo, _InstanceType } from '@aws-sdk/client-ec2';
import { AwsError, page, type Kernel, type Operations } from '../../kernel/index.ts';
import type { Architecture } from './api.ts';
import { passes } from './filters.ts';
import type { Known } from './records.ts';

type TypeInfo = Known<InstanceTypeInfo, 'InstanceType' | 'VCpuInfo' | 'MemoryInfo' | 'ProcessorInfo'>;

/** Virtual CPUs by size. */
const VCPUS = { large: 2, xlarge: 4, '2xlarge': 8, '4xlarge': 16, '8xlarge': 32 } as const;
/** Memory in GiB of the sizes of burstable families. */
const BURSTABLE = { nano: 0.5, micro: 1, small: 2, medium: 4, large: 8, xlarge: 16, '2xlarge': 32 } as const;

const BURSTABLE_FAMILIES: readonly (readonly [string, Architecture])[] = [
  ['t3', 'x86_64'],
  ['t3a', 'x86_64'],
  ['t4g', 'arm64'],
];
/** Families with their GiB of memory for each virtual CPU. */
const FIXED_FAMILIES: readonly (readonly [string, Architecture, number])[] = [
  ['m5', 'x86_64', 4],
  ['m6i', 'x86_64', 4],
  ['m7i', 'x86_64', 4],
  ['m6g', 'arm64', 4],
  ['m7g', 'arm64', 4],
  ['c5', 'x86_64', 2],
  ['c6i', 'x86_64', 2],
  ['c7i', 'x86_64', 2],
  ['c6g', 'arm64', 2],
  ['c7g', 'arm64', 2],
  ['r5', 'x86_64', 8],
  ['r6i', 'x86_64', 8],
  ['r6g', 'arm64', 8],
  ['r7g', 'arm64', 8],
];

function describe(name: string, architecture: Architecture, vcpus: number, gib: number): TypeInfo {
  return {
    InstanceType: name as _InstanceType,
    CurrentGeneration: true,
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: false,
    Hypervisor: 'nitro',
    ProcessorInfo: { SupportedArchitectures: [architecture] },
    VCpuInfo: { DefaultVCpus: vcpus },
    MemoryInfo: { SizeInMiB: gib * 1024 },
    BurstablePerformanceSupported: name.startsWith('t'),
  };
}

function* known(): Iterable<TypeInfo> {
  for (const [family, architecture] of BURSTABLE_FAMILIES)
    for (const [size, gib] of Object.entries(BURSTABLE))
      yield describe(`${family}.${size}`, architecture, burstableVcpus(size), gib);
  for (const [family, architecture, gibEach] of FIXED_FAMILIES)
    for (const [size, vcpus] of Object.entries(VCPUS))
      yield describe(`${family}.${size}`, architecture, vcpus, vcpus * gibEach);
  yield describe('t2.micro', 'x86_64', 1, 1);
  yield describe('t2.small', 'x86_64', 1, 2);
}

function burstableVcpus(size: string): number {
  return size === 'xlarge' ? 4 : size === '2xlarge' ? 8 : 2;
}

const TYPES = new Map([...known()].map((type) => [type.InstanceType as string, type]));

/** @throws AwsError InvalidParameterValue for a type this cloud does not know */
export function architectureOf(instanceType: string): Architecture {
  const [architecture] = typeInfo(instanceType).ProcessorInfo.SupportedArchitectures ?? [];
  return architecture === 'arm64' ? 'arm64' : 'x86_64';
}

/** @throws AwsError InvalidParameterValue for a type this cloud does not know */
export function typeInfo(instanceType: string): TypeInfo {
  const type = TYPES.get(instanceType);
  if (type === undefined)
    throw new AwsError('InvalidParameterValue', `Invalid value '${instanceType}' for InstanceType.`);
  return type;
}

const NO_TAGS: ReadonlyMap<string, string> = new Map();
const TYPES_A_PAGE = 100;

export function instanceTypeOperations({ account }: Kernel) {
  return {
    DescribeInstanceTypes: (input) => describeTypes(input),
    DescribeInstanceTypeOfferings: (input) => {
      const locations = input.LocationType === 'availability-zone' ? account.zones : [account.region];
      const LocationType = input.LocationType ?? 'region';
      const offerings = [...TYPES.values()]
        .flatMap(({ InstanceType }) =>
          locations.map((Location) => ({ InstanceType, LocationType, Location })),
        )
        .filter((offering) =>
          passes(offering, NO_TAGS, input.Filters, {
            'instance-type': (one) => one.InstanceType,
            location: (one) => one.Location,
          }),
        );
      const { items, nextToken } = page(offerings, input.NextToken, input.MaxResults ?? 1000);
      return {
        InstanceTypeOfferings: items,
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },
  } satisfies Operations<EC2>;
}

function describeTypes(input: DescribeInstanceTypesRequest) {
  const unknown = input.InstanceTypes?.find((name) => !TYPES.has(name));
  if (unknown !== undefined)
    throw new AwsError(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${unknown}]`,
    );
  const asked = input.InstanceTypes?.length ? input.InstanceTypes.map(typeInfo) : [...TYPES.values()];
  const types = asked.filter((type) =>
    passes(type, NO_TAGS, input.Filters, {
      'instance-type': (one) => one.InstanceType,
      'processor-info.supported-architecture': (one) => one.ProcessorInfo.SupportedArchitectures,
      'vcpu-info.default-vcpus': (one) => one.VCpuInfo.DefaultVCpus,
      'memory-info.size-in-mib': (one) => one.MemoryInfo.SizeInMiB,
      'current-generation': (one) => one.CurrentGeneration,
      'burstable-performance-supported': (one) => one.BurstablePerformanceSupported,
      hypervisor: (one) => one.Hypervisor,
    }),
  );
  const { items, nextToken } = page(types, input.NextToken, input.MaxResults ?? TYPES_A_PAGE);
  return { InstanceTypes: items, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
}
