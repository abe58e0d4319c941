/** Why a group could not launch. What a person has to do differs by cause, so each is told on its own. */
export type LaunchFailureCause =
  'quota' | 'capacity' | 'addresses' | 'image' | 'throttled' | 'admission' | 'other';

/**
 * Auto Scaling tells a launch's failure in the words of the EC2 call behind it, at times with the error's code. In
 * this order: a quota's message speaks of capacity, and a throttle's of a limit.
 */
const MARKS: readonly (readonly [LaunchFailureCause, RegExp])[] = [
  ['admission', /lifecycle action .*abandon/i],
  ['throttled', /RequestLimitExceeded|Request limit exceeded|Throttling/i],
  [
    'quota',
    /VcpuLimitExceeded|InstanceLimitExceeded|MaxSpotInstanceCountExceeded|vCPU limit|quota|limit exceeded/i,
  ],
  ['addresses', /InsufficientFreeAddresses|(?:not enough|insufficient) free addresses/i],
  [
    'image',
    /InvalidAMIID|InvalidSnapshot|\bami-\w+.*(?:does not exist|not exist|disabled|not authorized)|architecture/i,
  ],
  [
    'capacity',
    /Insufficient\w*Capacity|UnfulfillableCapacity|do(?:es)? not have sufficient|no Spot capacity/i,
  ],
];

/** @param statusMessage of the failed activity */
export function causeOfLaunchFailure(statusMessage: string): LaunchFailureCause {
  return MARKS.find(([, mark]) => mark.test(statusMessage))?.[0] ?? 'other';
}
