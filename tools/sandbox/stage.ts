import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AutoScaling, type AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { EC2 } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { IAM } from '@aws-sdk/client-iam';
import { SQS } from '@aws-sdk/client-sqs';
import { SSM } from '@aws-sdk/client-ssm';
import { ssmCommands } from '../../shared/aws/ssm-commands.ts';
import type { FleetName } from '../../shared/domain/index.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { bake } from '../cli/bake/bake.ts';
import { readRecipe } from '../cli/bake/recipe.ts';
import { ACCOUNT_KEYS } from '../cloud/kernel/index.ts';
import { environment } from './environment.ts';
import type { Wait } from './scenario/scenario.ts';

const root = join(import.meta.dirname, '..', '..');
const SECOND = 1000;
const execFileOf = promisify(execFile);

/** The stage that `sls` deploys to, and the stack that comes of it. */
export const STAGE = 'sandbox';
const STACK = `evenkeel-${STAGE}`;

/** The account in which a scenario plays, as whoever owns it reaches it: by AWS's clients. */
export class Stage {
  readonly cloud: Cloud;
  readonly region: string;
  readonly autoScaling: AutoScaling;
  readonly cloudFormation: CloudFormation;
  readonly cloudWatch: CloudWatch;
  readonly ec2: EC2;
  readonly elb: ElasticLoadBalancingV2;
  readonly events: EventBridge;
  readonly iam: IAM;
  readonly sqs: SQS;
  readonly ssm: SSM;
  readonly say: (text: string) => void;
  readonly #fleet: FleetName;

  /** @param say puts a line into the run's timeline */
  constructor(cloud: Cloud, fleet: FleetName, say: (text: string) => void) {
    const { endpoint, kernel } = cloud;
    this.cloud = cloud;
    this.region = kernel.account.region;
    this.#fleet = fleet;
    this.say = say;
    const config = { endpoint, region: this.region, credentials: ACCOUNT_KEYS };
    this.autoScaling = new AutoScaling(config);
    this.cloudFormation = new CloudFormation(config);
    this.cloudWatch = new CloudWatch(config);
    this.ec2 = new EC2(config);
    this.elb = new ElasticLoadBalancingV2(config);
    this.events = new EventBridge(config);
    this.iam = new IAM(config);
    this.sqs = new SQS(config);
    this.ssm = new SSM(config);
  }

  /** The value of an output of the deployed stack. @throws Error when it has none of that name */
  async output(key: string): Promise<string> {
    const { Stacks: [stack] = [] } = await this.cloudFormation.describeStacks({ StackName: STACK });
    const value = stack?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    if (value === undefined) throw new Error(`stack ${STACK} has no output ${key}`);
    return value;
  }

  /** The group of the fleet that is watched. @throws Error while there is none */
  async group(): Promise<AutoScalingGroup & { AutoScalingGroupName: string }> {
    const Filters = [{ Name: 'tag:evenkeel:fleet', Values: [this.#fleet] }];
    const { AutoScalingGroups: [group] = [] } = await this.autoScaling.describeAutoScalingGroups({ Filters });
    if (group?.AutoScalingGroupName === undefined) throw new Error(`no group is tagged ${this.#fleet}`);
    return { ...group, AutoScalingGroupName: group.AutoScalingGroupName };
  }

  /**
   * Runs a command on an instance by Systems Manager, as its owner would.
   * @throws Error with what it said when it fails
   */
  async run(instance: string, command: string, wait: Wait): Promise<string> {
    const commands = ssmCommands(this.ssm);
    const id = (await commands.send(instance, command, 'by hand')) ?? '';
    for (;;) {
      await wait(SECOND);
      const result = await commands.result(id, instance);
      if (result.status === 'succeeded') return result.output;
      if (result.status !== 'running') throw new Error(`${command}: ${JSON.stringify(result)}`);
    }
  }

  /**
   * Runs `npx evenkeel …`. Only for commands that do not wait: time stands still for them.
   *
   * @param codes the exit codes that are no failure
   * @throws Error with what it said when it fails
   */
  async evenkeel(args: readonly string[], codes: readonly number[] = [0]): Promise<string> {
    const env = environment(this.cloud.endpoint, this.region);
    const child = execFileOf(join(root, 'tools/cli/bin.mjs'), args, { cwd: root, env });
    const { stdout } = await child.catch((error: unknown) => {
      const { code, stdout: said = '' } = error as { code?: unknown; stdout?: string };
      if (codes.some((accepted) => accepted === code)) return { stdout: said };
      throw error;
    });
    return stdout;
  }

  /**
   * Bakes an image by a recipe, as `npx evenkeel bake` does, in the cloud's time.
   * @throws BakeError
   */
  async bake(recipeFile: string, source: string, wait: Wait): Promise<string> {
    const { ec2, ssm, cloud } = this;
    const recipe = readRecipe(await readFile(join(root, recipeFile), 'utf8'), recipeFile);
    const clock = { now: () => cloud.clock.now(), wait };
    const on = { ec2, ssm, commands: ssmCommands(ssm), clock, say: () => undefined };
    return (await bake({ recipe, source, takesOver: false }, on)).image;
  }

  close(): void {
    const { autoScaling, cloudFormation, cloudWatch, ec2, elb, events, iam, sqs, ssm } = this;
    for (const client of [autoScaling, cloudFormation, cloudWatch, ec2, elb, events, iam, sqs, ssm])
      client.destroy();
  }
}
