import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig, type AwsOptions } from '../../aws.ts';

export type Clients = ReturnType<typeof clientsFor>;

export function clientsFor(options: AwsOptions) {
  const config = clientConfig(options);
  return {
    autoScaling: new AutoScalingClient(config),
    /** What time it is where the answers come from, milliseconds since the epoch. */
    now: () => timeAt(options.endpointUrl ?? process.env.AWS_ENDPOINT_URL),
    cloudWatch: new CloudWatchClient(config),
    ec2: new EC2Client(config),
    elb: new ElasticLoadBalancingV2Client(config),
    lambda: new LambdaClient(config),
    sqs: new SQSClient(config),
  };
}

/**
 * What time it is where the answers come from. AWS's is this machine's; a cloud at another endpoint may have a time of its
 * own, which it tells whoever has not signed: who signs is answered by the time of the signature.
 *
 * @returns milliseconds since the epoch
 */
export async function timeAt(endpoint: string | undefined): Promise<number> {
  if (endpoint === undefined) return Date.now();
  const answer = await fetch(endpoint, { method: 'HEAD' }).catch(() => undefined);
  const told = Date.parse(answer?.headers.get('date') ?? '');
  return Number.isNaN(told) ? Date.now() : told;
}
