import type { InstanceInformation, PingStatus } from '@aws-sdk/client-ssm';
import { AwsError, type Clock } from '../../kernel/index.ts';
import type { Ec2Service, InstanceRecord } from '../ec2/api.ts';

/** How long after an instance runs its agent takes to register. */
const AGENT_STARTS_MS = 20_000;

type ManagedPorts = Pick<Ec2Service, 'instance' | 'instances' | 'party' | 'reachability'>;

/** What the agent calls: its registration, and the channel that commands come by. */
const AGENT_CALLS = ['ssm', 'ssmmessages'];

/** The instances whose agent is known to Systems Manager. */
export class ManagedInstances {
  readonly #clock: Clock;
  readonly #ec2: ManagedPorts;

  constructor(clock: Clock, ec2: ManagedPorts) {
    this.#clock = clock;
    this.#ec2 = ec2;
  }

  /**
   * Instances that run, were given a role by an instance profile, and whose agent has started and has a way to
   * Systems Manager.
   */
  all(): InstanceRecord[] {
    return [...this.#ec2.instances()].filter((instance) => this.#isManaged(instance));
  }

  /** @throws AwsError InvalidInstanceId, naming all that cannot be sent a command */
  require(ids: readonly string[]): InstanceRecord[] {
    const found = ids.map((id) => ({ id, instance: this.#ec2.instance(id) }));
    const valid = found.flatMap(({ instance }) =>
      instance !== undefined && this.#isManaged(instance) ? [instance] : [],
    );
    if (valid.length < found.length) {
      const wrong = found.filter(({ instance }) => instance === undefined || !valid.includes(instance));
      throw new AwsError(
        'InvalidInstanceId',
        `Instances [[${wrong.map(({ id }) => id).join(', ')}]] not in a valid state for account`,
      );
    }
    return valid;
  }

  describe(instance: InstanceRecord): InstanceInformation {
    const PingStatus: PingStatus = instance.isImpaired ? 'ConnectionLost' : 'Online';
    return {
      InstanceId: instance.id,
      PingStatus,
      LastPingDateTime: this.#clock.date(),
      AgentVersion: '3.3.3050.0',
      IsLatestVersion: true,
      PlatformType: 'Linux',
      PlatformName: 'Amazon Linux',
      PlatformVersion: '2023',
      ResourceType: 'EC2Instance',
      IPAddress: instance.privateIp,
      ComputerName: `ip-${instance.privateIp.replaceAll('.', '-')}`,
    };
  }

  #isManaged(instance: InstanceRecord): boolean {
    const runsLongEnough =
      instance.state === 'running' && this.#clock.now() - instance.stateSince >= AGENT_STARTS_MS;
    return runsLongEnough && instance.instanceProfile !== undefined && this.hasWay(instance.id);
  }

  /** Whether an instance's agent gets through to Systems Manager. */
  hasWay(instanceId: string): boolean {
    const party = this.#ec2.party(instanceId);
    return (
      party !== undefined &&
      AGENT_CALLS.every((service) => this.#ec2.reachability.toService(party, service) === undefined)
    );
  }
}
