/** All that `evenkeel doctor` calls: reads alone. None of these take a resource narrower than all. */
export const DOCTOR_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'EvenkeelDoctor',
      Effect: 'Allow',
      Action: [
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeScalingActivities',
        'cloudwatch:DescribeAlarms',
        'cloudwatch:GetMetricData',
        'ec2:DescribeInstances',
        'ec2:DescribeNatGateways',
        'ec2:DescribeRouteTables',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'elasticloadbalancing:DescribeListeners',
        'elasticloadbalancing:DescribeLoadBalancerAttributes',
        'elasticloadbalancing:DescribeLoadBalancers',
        'elasticloadbalancing:DescribeRules',
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetHealth',
        'lambda:ListFunctions',
        'sqs:GetQueueAttributes',
        'sqs:ListQueues',
      ],
      Resource: '*',
    },
  ],
} as const;
