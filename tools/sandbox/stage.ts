import { AutoScaling, type AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { EC2 } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSM } from '@aws-sdk/client-ssm';
import type { FleetName } from '../../shared/domain/index.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../cloud/kernel/index.ts';

/** The account in which a scenario plays, as whoever owns it reaches it: by AWS's clients. */
export class Stage {
  readonly cloud: Cloud;
  readonly region: string;
  readonly autoScaling: AutoScaling;
  readonly ec2: EC2;
  readonly elb: ElasticLoadBalancingV2;
  readonly ssm: SSM;
  readonly #fleet: FleetName;

  constructor(cloud: Cloud, fleet: FleetName) {
    const { endpoint, kernel } = cloud;
    this.cloud = cloud;
    this.region = kernel.account.region;
    this.#fleet = fleet;
    const config = { endpoint, region: this.region, credentials: ACCOUNT_KEYS };
    this.autoScaling = new AutoScaling(config);
    this.ec2 = new EC2(config);
    this.elb = new ElasticLoadBalancingV2(config);
    this.ssm = new SSM(config);
  }

  /** The group of the fleet that is watched. @throws Error while there is none */
  async group(): Promise<AutoScalingGroup & { AutoScalingGroupName: string }> {
    const Filters = [{ Name: 'tag:evenkeel:fleet', Values: [this.#fleet] }];
    const { AutoScalingGroups: [group] = [] } = await this.autoScaling.describeAutoScalingGroups({ Filters });
    if (group?.AutoScalingGroupName === undefined) throw new Error(`no group is tagged ${this.#fleet}`);
    return { ...group, AutoScalingGroupName: group.AutoScalingGroupName };
  }

  close(): void {
    for (const client of [this.autoScaling, this.ec2, this.elb, this.ssm]) client.destroy();
  }
}
