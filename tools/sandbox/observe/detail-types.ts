/**
 * What AWS's own services say on the default bus, by source, where a rule may wait long for it in vain: EventBridge
 * User Guide and the services' own, "events reference".
 */
export const DETAIL_TYPES: Readonly<Record<string, readonly string[]>> = {
  'aws.autoscaling': [
    'EC2 Auto Scaling Instance Refresh Cancelled',
    'EC2 Auto Scaling Instance Refresh Checkpoint Reached',
    'EC2 Auto Scaling Instance Refresh Failed',
    'EC2 Auto Scaling Instance Refresh Rollback Failed',
    'EC2 Auto Scaling Instance Refresh Rollback Started',
    'EC2 Auto Scaling Instance Refresh Rollback Succeeded',
    'EC2 Auto Scaling Instance Refresh Started',
    'EC2 Auto Scaling Instance Refresh Succeeded',
    'EC2 Instance Launch Successful',
    'EC2 Instance Launch Unsuccessful',
    'EC2 Instance Terminate Successful',
    'EC2 Instance Terminate Unsuccessful',
    'EC2 Instance-launch Lifecycle Action',
    'EC2 Instance-terminate Lifecycle Action',
  ],
  'aws.cloudwatch': ['CloudWatch Alarm Configuration Change', 'CloudWatch Alarm State Change'],
  'aws.ec2': [
    'EBS Snapshot Notification',
    'EBS Volume Notification',
    'EC2 AMI State Change',
    'EC2 Capacity Reservation Instance Interruption Warning',
    'EC2 Instance Rebalance Recommendation',
    'EC2 Instance State-change Notification',
    'EC2 Spot Instance Interruption Warning',
  ],
  'aws.health': ['AWS Health Abuse Event', 'AWS Health Event'],
};
