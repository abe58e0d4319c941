import type { CreateAutoScalingGroupCommandInput, Instance } from '@aws-sdk/client-auto-scaling';
import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { Consignment } from '../../../../tools/cloud/delivery/index.ts';
import { actionOf } from '../../../../tools/cloud/iam/actions.ts';
import type { Entry, JournalEntry, ServiceEvent } from '../../../../tools/cloud/kernel/index.ts';
import { ACCOUNT_KEYS, Credentials, createKernel } from '../../../../tools/cloud/kernel/index.ts';
import type { TerminationRequest } from '../../../../tools/cloud/services/auto-scaling/custom-termination/request.ts';
import { createAutoScaling } from '../../../../tools/cloud/services/auto-scaling/index.ts';
import { Dispatcher } from '../../../../tools/cloud/wire/dispatcher.ts';
import type { Proxy } from '../../../../tools/cloud/wire/proxy.ts';
import { ServiceRegistry } from '../../../../tools/cloud/wire/registry.ts';
import { validatorOf } from '../../../../tools/cloud/wire/validate.ts';
import { RequestIds } from '../../../../tools/cloud/wire/request-ids.ts';
import { CloudRoutes } from '../../../../tools/cloud/wire/routes.ts';
import { listen } from '../../../../tools/cloud/wire/server.ts';
import { Authenticator } from '../../../../tools/cloud/wire/signature/authenticator.ts';
import { FakeEc2 } from './fake-ec2.ts';
import { FakeElb, TARGET_GROUP } from './fake-elb.ts';

export const GROUP = 'web';

/** No request of these tests goes to an instance. */
const nowhere: Proxy = {
  connect: () => 'ECONNREFUSED',
  request: () => ({ status: 502, headers: {}, body: '' }),
};

/** Auto Scaling behind HTTP, the SDK's own client before it, and a clock that the test moves. */
export async function openWorld() {
  const kernel = createKernel();
  const ec2 = new FakeEc2(kernel);
  const elb = new FakeElb(kernel);
  const events: ServiceEvent[] = [];
  const journal: JournalEntry[] = [];
  const messages: Consignment[] = [];
  const metrics: { name: string; value: number; at: number }[] = [];
  const alarms = new Map<string, string>();
  const questions: { functionArn: string; sourceArn: string; request: TerminationRequest }[] = [];
  let answerer = (_question: number): Promise<string> => Promise.resolve('{}');
  kernel.events.onEvent((event) => events.push(event));
  kernel.journal.observe((entry) => journal.push(entry));
  const service = createAutoScaling(kernel, {
    ec2,
    elb,
    courier: { send: (consignment) => messages.push(consignment) },
    metrics: { put: (_namespace, name, _dimensions, at, { sum }) => metrics.push({ name, value: sum, at }) },
    alarms: {
      state: (name) => alarms.get(name),
      lastValue: () => undefined,
      put: ({ AlarmName = '' }) => alarms.set(AlarmName, 'INSUFFICIENT_DATA'),
      delete: (names) => names.forEach((name) => alarms.delete(name)),
    },
    invoke: (functionArn, payload, sourceArn) => {
      questions.push({ functionArn, sourceArn, request: JSON.parse(payload) as TerminationRequest });
      return answerer(questions.length);
    },
  });
  const bugs: unknown[] = [];
  const credentials = new Credentials(kernel.ids);
  const now = () => kernel.clock.now();
  const registry = new ServiceRegistry([service]);
  const dispatcher = new Dispatcher({
    kernel,
    registry,
    validatorOf,
    authenticator: new Authenticator({ credentials, now, enforce: false }),
    authorise: () => undefined,
    actionOf,
    onBug: (error) => bugs.push(error),
  });
  const parts = {
    kernel,
    machineTime: now,
    requestIds: new RequestIds(1),
    dispatcher,
    routes: new CloudRoutes(),
    proxy: nowhere,
  };
  const wire = await listen(parts, 0);
  const api = new AutoScaling({
    endpoint: wire.endpoint,
    region: 'eu-central-1',
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  });

  const pass = (seconds: number) => kernel.clock.runUntil(kernel.clock.now() + seconds * 1000);
  const describe = async () => {
    const { AutoScalingGroups = [] } = await api.describeAutoScalingGroups({
      AutoScalingGroupNames: [GROUP],
    });
    const [group] = AutoScalingGroups;
    if (group === undefined) throw new Error('the group is gone');
    return group;
  };
  return {
    kernel,
    ec2,
    elb,
    service,
    api,
    events,
    journal,
    messages,
    metrics,
    alarms,
    /** What custom termination policies were asked. */
    questions,
    /** Has the group's function answer so, the first question being 1. */
    answer: (by: typeof answerer) => {
      answerer = by;
    },
    bugs,
    /** Lets so many seconds pass in the cloud. */
    pass,
    describe,
    /** The one group of these tests: two zones, template `web`, a target group; sizes as told. */
    create: (input: Partial<CreateAutoScalingGroupCommandInput> = {}) =>
      api.createAutoScalingGroup({
        AutoScalingGroupName: GROUP,
        MinSize: 0,
        MaxSize: 10,
        LaunchTemplate: { LaunchTemplateName: 'web', Version: '1' },
        VPCZoneIdentifier: 'subnet-a,subnet-b',
        TargetGroupARNs: [TARGET_GROUP],
        ...input,
      }),
    instances: async (state?: string): Promise<Instance[]> => {
      const { Instances = [] } = await describe();
      return Instances.filter(({ LifecycleState }) => state === undefined || LifecycleState === state);
    },
    /** States an instance went through, as the journal saw them. */
    statesOf: (id: string) => journal.flatMap((entry) => (isState(entry, id) ? [entry.lifecycle ?? ''] : [])),
    eventsOf: (detailType: string) => events.filter((event) => event.detailType === detailType),
    activities: async () => {
      const { Activities = [] } = await api.describeScalingActivities({ AutoScalingGroupName: GROUP });
      return Activities;
    },
    close: async () => {
      api.destroy();
      await wire.close();
      if (bugs.length > 0) throw new AggregateError(bugs, 'the cloud failed');
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

function isState(
  entry: JournalEntry,
  id: string,
): entry is JournalEntry & Extract<Entry, { kind: 'instance' }> {
  return entry.kind === 'instance' && entry.id === id;
}

/** Only the entries of one kind. */
export function entries<Kind extends Entry['kind']>(
  journal: readonly JournalEntry[],
  kind: Kind,
): (JournalEntry & Extract<Entry, { kind: Kind }>)[] {
  return journal.filter(
    (entry): entry is JournalEntry & Extract<Entry, { kind: Kind }> => entry.kind === kind,
  );
}

/** The first of a list that a test knows not to be empty. */
export function first<T>(list: readonly T[]): T {
  const [item] = list;
  if (item === undefined) throw new Error('the list is empty');
  return item;
}

export const LAUNCH_HOOK = {
  LifecycleHookName: 'admit',
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  HeartbeatTimeout: 300,
};

export const TERMINATE_HOOK = {
  LifecycleHookName: 'drain',
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  HeartbeatTimeout: 600,
  DefaultResult: 'CONTINUE',
};
