import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Where to look, as the AWS CLI has it: what is left out comes from the environment and the profile. */
export interface Access {
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

export type Clients = ReturnType<typeof clientsFor>;

export function clientsFor({ profile, region, endpointUrl }: Access) {
  const config = {
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
  };
  const autoScaling = new AutoScalingClient(config);
  return {
    autoScaling,
    /** What time it is where the answers come from, once one has come: that of the `Date` of the last one. */
    now: clockOf(autoScaling),
    cloudWatch: new CloudWatchClient(config),
    ec2: new EC2Client(config),
    elb: new ElasticLoadBalancingV2Client(config),
    lambda: new LambdaClient(config),
    sqs: new SQSClient(config),
  };
}

/** The clock of a cloud need not be this machine's: metrics are asked for by the cloud's own. */
function clockOf(client: AutoScalingClient): () => number {
  let offset = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      const told = Date.parse(headers?.['date'] ?? '');
      if (!Number.isNaN(told)) offset = told - Date.now();
      return result;
    },
    { step: 'deserialize', name: 'evenkeelClock' },
  );
  return () => Date.now() + offset;
}
