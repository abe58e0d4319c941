import type { Stack, StackEvent } from '@aws-sdk/client-cloudformation';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { S3 } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { SSM } from '@aws-sdk/client-ssm';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const MINUTE = 60_000;

export type Resources = Record<string, Record<string, unknown>>;

/** A cloud with the clients that tests of CloudFormation look at it with. */
export class CloudFormationWorld {
  readonly cloud: Cloud;
  readonly cloudFormation: CloudFormation;
  readonly s3: S3;
  readonly sqs: SQS;
  readonly ssm: SSM;

  private constructor(cloud: Cloud) {
    const options = {
      region: 'eu-central-1',
      endpoint: cloud.endpoint,
      forcePathStyle: true,
      credentials: ACCOUNT_KEYS,
      maxAttempts: 1,
    };
    this.cloud = cloud;
    this.cloudFormation = new CloudFormation(options);
    this.s3 = new S3(options);
    this.sqs = new SQS(options);
    this.ssm = new SSM(options);
  }

  static async start(): Promise<CloudFormationWorld> {
    return new CloudFormationWorld(await startCloud());
  }

  async close(): Promise<void> {
    for (const client of [this.cloudFormation, this.s3, this.sqs, this.ssm]) client.destroy();
    await this.cloud.close();
  }

  /** Creates a stack of some resources and waits for it. */
  async create(StackName: string, template: object, options: object = {}): Promise<Stack> {
    const TemplateBody = JSON.stringify(template);
    await this.cloudFormation.createStack({ StackName, TemplateBody, ...options });
    return this.settled(StackName);
  }

  async update(StackName: string, template: object, options: object = {}): Promise<Stack> {
    const TemplateBody = JSON.stringify(template);
    await this.cloudFormation.updateStack({ StackName, TemplateBody, ...options });
    return this.settled(StackName);
  }

  /** Deletes a stack and waits until it is gone. */
  async delete(StackName: string): Promise<Stack> {
    const { StackId = '' } = await this.stack(StackName);
    await this.cloudFormation.deleteStack({ StackName });
    return this.settled(StackId);
  }

  /** The stack, once no operation runs on it any more. */
  async settled(name: string): Promise<Stack> {
    const { clock } = this.cloud;
    for (let waited = 0; waited < 60; waited++) {
      await clock.runUntil(clock.now() + MINUTE);
      const stack = await this.stack(name);
      if (stack.StackStatus?.endsWith('_IN_PROGRESS') !== true) return stack;
    }
    throw new Error(`${name} does not settle`);
  }

  async stack(name: string): Promise<Stack> {
    const { Stacks: [stack] = [] } = await this.cloudFormation.describeStacks({ StackName: name });
    if (stack === undefined) throw new Error(`No stack ${name}`);
    return stack;
  }

  /** A stack's events, oldest first, as `LogicalId STATUS`. */
  async story(name: string): Promise<string[]> {
    return (await this.events(name)).map((e) => `${e.LogicalResourceId ?? ''} ${e.ResourceStatus ?? ''}`);
  }

  async events(name: string): Promise<StackEvent[]> {
    const { StackEvents = [] } = await this.cloudFormation.describeStackEvents({ StackName: name });
    return StackEvents.reverse();
  }

  async physicalId(StackName: string, LogicalResourceId: string): Promise<string> {
    const { StackResourceDetail: detail } = await this.cloudFormation.describeStackResource({
      StackName,
      LogicalResourceId,
    });
    return detail?.PhysicalResourceId ?? '';
  }

  async queueNames(): Promise<string[]> {
    const { QueueUrls = [] } = await this.sqs.listQueues({});
    return QueueUrls.map((url) => url.slice(url.lastIndexOf('/') + 1)).sort();
  }
}

export function queue(properties: Record<string, unknown> = {}, attributes: object = {}) {
  return { Type: 'AWS::SQS::Queue', Properties: properties, ...attributes };
}

export function outputOf(stack: Stack, key: string): string | undefined {
  return stack.Outputs?.find((output) => output.OutputKey === key)?.OutputValue;
}
