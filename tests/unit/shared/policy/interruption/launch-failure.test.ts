import { describe, expect, it } from 'vitest';
import { causeOfLaunchFailure } from '../../../../../shared/policy/interruption/launch-failure.ts';

describe("a launch's failure is told by its cause", () => {
  // Messages as Auto Scaling's activities give them.
  it.each([
    [
      'capacity',
      'We currently do not have sufficient t4g.small capacity in the Availability Zone you requested (eu-central-1b). Our system will be working on provisioning additional capacity. Launching EC2 instance failed.',
    ],
    [
      'capacity',
      'Could not launch Spot Instances. InsufficientInstanceCapacity - There is no Spot capacity available that matches your request. Launching EC2 instance failed.',
    ],
    [
      'capacity',
      'Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to your request configuration.',
    ],
    [
      'quota',
      'You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the specified instance type belongs to. Launching EC2 instance failed.',
    ],
    [
      'quota',
      'Could not launch Spot Instances. MaxSpotInstanceCountExceeded - Max spot instance count exceeded. Launching EC2 instance failed.',
    ],
    ['quota', 'VcpuLimitExceeded'],
    ['throttled', 'Request limit exceeded. Launching EC2 instance failed.'],
    [
      'addresses',
      'There are not enough free addresses in subnet "subnet-0a1b2c3d" to satisfy the requested number of instances. Launching EC2 instance failed.',
    ],
    ['addresses', 'InsufficientFreeAddressesInSubnet'],
    ['image', "The image id '[ami-0123456789abcdef0]' does not exist. Launching EC2 instance failed."],
    [
      'image',
      "The architecture 'x86_64' of the specified instance type does not match the architecture 'arm64' of the specified AMI. Launching EC2 instance failed.",
    ],
    ['image', 'InvalidAMIID.NotFound'],
    [
      'admission',
      "Instance failed to complete user's Lifecycle Action: Lifecycle Action with token 71514b9d was abandoned: Lifecycle Action Completed with ABANDON Result",
    ],
    ['other', 'The security group does not exist. Launching EC2 instance failed.'],
    ['other', ''],
  ])('%s: %s', (cause, message) => {
    expect(causeOfLaunchFailure(message)).toBe(cause);
  });
});
