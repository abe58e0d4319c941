import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSM, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { autoScalingGroups } from '../../../shared/aws/auto-scaling-groups.ts';
import { dynamoDrains } from '../../../shared/aws/dynamodb-drains.ts';
import { dynamoLedger } from '../../../shared/aws/dynamodb-ledger.ts';
import { ec2Instances } from '../../../shared/aws/ec2-instances.ts';
import { elbBalancers } from '../../../shared/aws/elb-balancers.ts';
import { instanceAddresses } from '../../../shared/aws/instance-addresses.ts';
import { lifecycleHooks } from '../../../shared/aws/lifecycle-hooks.ts';
import { sqsOutbox } from '../../../shared/aws/sqs-outbox.ts';
import { sqsQueues } from '../../../shared/aws/sqs-queues.ts';
import { ssmCommands } from '../../../shared/aws/ssm-commands.ts';
import type { Fleet } from '../../../shared/domain/index.ts';
import { MINUTE, SECOND } from '../../../shared/domain/index.ts';
import { drainInstance } from '../../../shared/workflows/drain-instance.ts';
import type { Crashes } from '../../support/crashes.ts';
import { everyCrash } from '../../support/crashes.ts';
import { DurableFake } from '../../support/durable-fake.ts';
import { fleetOf } from '../../support/fleets.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';
import type { FleetWorld } from './fleet-world.ts';
import { createTargetGroup, newFleetWorld } from './fleet-world.ts';

/** One for each run: more than there are calls, each in four ways. */
const MANY = 200;

let world: CloudWorld;
let fleet: FleetWorld;
let others: string;
let members: string[];

beforeEach(async () => {
  world = await newCloudWorld();
  fleet = await newFleetWorld(world);
  const group = { AutoScalingGroupName: 'web-group' };
  await fleet.autoScaling.deleteLifecycleHook({ ...group, LifecycleHookName: 'evenkeel-admission' });
  await fleet.autoScaling.updateAutoScalingGroup({
    ...group,
    MinSize: 0,
    MaxSize: MANY,
    DesiredCapacity: MANY,
  });
  await world.sqs.createQueue({ QueueName: 'jobs' });
  await world.pass(30 * MINUTE);
  members = await fleet.instances();
  others = await createTargetGroup(fleet.elb, 'others', fleet.vpcId);
  await fleet.elb.registerTargets({ TargetGroupArn: others, Targets: members.map((Id) => ({ Id })) });
});
afterEach(() => world.cloud.close());

const base = fleetOf();
const drained: Fleet = {
  ...base,
  disruption: { atMost: { instances: 1 }, per: 3600 },
  drain: {
    ...base.drain,
    idle: [{ kind: 'target-requests' }, { kind: 'queue', name: 'jobs' }],
    command: 'sleep 1',
    confirm: 3,
    every: 3,
  },
};

/** The adapters of production, each request of which may be the last. */
function portsOf(crashes: Crashes) {
  const { access, clock } = world;
  const table = { ...world.table, client: crashes.around('dynamodb', world.table.client) };
  const autoScaling = crashes.around('autoscaling', new AutoScalingClient(access));
  const ec2 = crashes.around('ec2', new EC2Client(access));
  const elb = crashes.around('elasticloadbalancing', new ElasticLoadBalancingV2Client(access));
  const sqs = crashes.around('sqs', new SQSClient(access));
  return {
    fleets: [drained],
    groups: autoScalingGroups(autoScaling),
    hooks: lifecycleHooks(autoScaling),
    balancers: elbBalancers(elb, instanceAddresses(ec2)),
    instances: ec2Instances(ec2),
    commands: ssmCommands(crashes.around('ssm', new SSMClient(access))),
    queues: sqsQueues(sqs),
    ledger: dynamoLedger(table),
    drains: dynamoDrains(table),
    outbox: sqsOutbox(table, world.queueUrl, sqs),
    probes: { get: async () => ({ status: 200, detail: '' }) },
    metrics: { requestsPerTarget: async () => 0 },
    cloudMap: { deregister: async () => undefined, isUnderWay: async () => false },
    clock,
  };
}

/** Has the group let go another instance, and drains it. */
async function drainNext(crashes: Crashes) {
  const instance = members.pop() ?? '';
  await fleet.autoScaling.terminateInstanceInAutoScalingGroup({
    InstanceId: instance,
    ShouldDecrementDesiredCapacity: true,
  });
  await world.pass(5 * SECOND);
  const at = world.clock.now();
  const action = { ...fleet.action('evenkeel-drain', instance), token: '' };
  const durable = new DurableFake({ advance: (milliseconds) => world.pass(milliseconds) }, instance);
  const ports = portsOf(crashes);
  const outcome = await crashes.survive(() =>
    drainInstance({ kind: 'terminating', id: instance, at, action }, { ...ports, durable: durable.replay() }),
  );
  return { instance, began: at, kind: outcome.kind };
}

/** What the drain has come to, as the account itself tells it. */
async function endOf({ instance, began, kind }: Awaited<ReturnType<typeof drainNext>>) {
  const { Commands = [] } = await new SSM(world.access).listCommands({ InstanceId: instance });
  const progress = (await dynamoDrains(world.table).all()).find((drain) => drain.instance === instance);
  const stories = await sqsOutbox(world.table, world.queueUrl).untold(world.clock.now() + MINUTE);
  const disruptions = await dynamoLedger(world.table).disruptions('web', began - SECOND);
  const found = await fleet.autoScaling.describeAutoScalingInstances({ InstanceIds: [instance] });
  const [state = 'Terminated'] = (found.AutoScalingInstances ?? []).map((one) => one.LifecycleState);
  const health = await fleet.elb.describeTargetHealth({ TargetGroupArn: others });
  const { waitsFor = [], end, command } = progress ?? {};
  return {
    kind,
    ...{ end, command, waitsFor },
    commands: Commands.length,
    stories: stories.filter((id) => id.includes(instance)).length,
    disrupted: disruptions.flatMap(({ instances }) => instances).filter(({ id }) => id === instance).length,
    isLetGo: state !== 'Terminating:Wait',
    isServedByOthers: health.TargetHealthDescriptions?.some(({ Target }) => Target?.Id === instance),
  };
}

it('a drain comes to the same whichever of its requests to AWS fails, or is the last before a crash', async () => {
  const { calm, calls, differing } = await everyCrash(async (crashes) => endOf(await drainNext(crashes)));
  expect(calm).toEqual({
    kind: 'done',
    end: 'idle',
    command: { progress: 'succeeded', exitCode: 0, output: '' },
    waitsFor: [],
    commands: 1,
    stories: 1,
    disrupted: 1,
    isLetGo: true,
    isServedByOthers: false,
  });
  expect(differing).toEqual([]);
  expect(new Set(calls)).toEqual(
    new Set(['autoscaling.send', 'dynamodb.send', 'elasticloadbalancing.send', 'sqs.send', 'ssm.send']),
  );
  expect(calls.length).toBeGreaterThan(30);
}, 180_000);
