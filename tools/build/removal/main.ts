/**
 * What tools/build/serverless/remove.cjs runs before a stack is removed: `main.ts STACK`, with region and credentials
 * in the environment. It prints what will stay, a line each.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { keptLines } from './kept.ts';
import { prepareRemoval } from './prepare.ts';
import { resourcesOf } from './stack.ts';

const [stack = ''] = process.argv.slice(2);
try {
  const resources = await resourcesOf(new CloudFormationClient(), stack);
  await prepareRemoval(resources, {
    s3: new S3Client(),
    elb: new ElasticLoadBalancingV2Client(),
    ec2: new EC2Client(),
    rds: new RDSClient(),
  });
  process.stdout.write(keptLines(resources).join('\n'));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
