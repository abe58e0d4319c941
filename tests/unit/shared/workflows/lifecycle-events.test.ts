import { describe, expect, it } from 'vitest';
import { parseAll } from '../../../../events/index.ts';
import type { FleetEvent } from '../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../shared/domain/index.ts';
import { admitInstance } from '../../../../shared/workflows/admit-instance.ts';
import { drainInstance } from '../../../../shared/workflows/drain-instance.ts';
import { handleInterruption } from '../../../../shared/workflows/handle-interruption.ts';
import type { Outcome } from '../../../../shared/workflows/outcome.ts';
import { ClockFake } from '../../../support/clock-fake.ts';
import { DurableFake } from '../../../support/durable-fake.ts';
import { sample, transports } from '../../../support/event-samples.ts';
import { fleetOf } from '../../../support/fleets.ts';
import { HookWorld } from '../../../support/hook-world.ts';
import {
  AdmissionsFake,
  AnnouncementsFake,
  ClaimsFake,
  DrainsFake,
  LeaseFake,
  MarksFake,
  OutboxFake,
  StarterFake,
} from '../../../support/memory-fake.ts';
import { instance } from '../../../support/world.ts';

const EXTRA = 'extra-target-group';

/** One instance of a fleet, its group, and the functions that events reach. */
function stage(lifecycle: string, transition: 'launching' | 'terminating') {
  const clock = new ClockFake();
  const fleet = fleetOf();
  const world = new HookWorld(clock, fleet, {
    transition,
    registeredIn: [EXTRA],
    heartbeatTimeout: 3600,
    deregistrationDelay: 60,
  });
  world.lifecycle = lifecycle;
  world.group = { ...world.group, instances: [{ ...instance(0), id: 'i-1' }] };
  const outbox = new OutboxFake();
  const drains = new DrainsFake();
  const starter = new StarterFake();
  const replaced: string[] = [];
  const terminateAndReplace = async (id: string) => {
    // Terminated twice it is terminated once: desired capacity stays, whoever asks.
    if (world.lifecycle !== 'InService') return 'gone' as const;
    replaced.push(id);
    world.lifecycle = 'Terminating:Wait';
    return 'done' as const;
  };
  const ports = {
    fleets: [fleet],
    hooks: world.hooks,
    balancers: world.balancers,
    instances: { ...world.instances, tagged: new MarksFake().tagged },
    metrics: world.metrics,
    queues: world.queues,
    cloudMap: world.cloudMap,
    commands: world.commands,
    probes: world.probes,
    groups: { ...world.groups, terminateAndReplace, terminateAndDecrement: terminateAndReplace },
    admissions: new AdmissionsFake(clock),
    ledger: new ClaimsFake(clock),
    lease: new LeaseFake(clock),
    announcements: new AnnouncementsFake(),
    drains,
    starter,
    outbox,
    clock,
  };
  let executions = 0;
  /** Each delivery to a durable function is an execution of its own. */
  const answer = async (event: FleetEvent): Promise<Outcome> => {
    const durable = new DurableFake(clock, `execution-${++executions}`);
    switch (event.kind) {
      case 'launching':
        return admitInstance(event, { ...ports, durable });
      case 'terminating':
        return drainInstance(event, { ...ports, durable });
      case 'instance-state-changed':
        world.ec2State = event.state;
        return handleInterruption(event, ports);
      case 'spot-interruption':
      case 'reservation-interruption':
      case 'rebalance-recommended':
      case 'health-scheduled-change':
      case 'launch-unsuccessful':
      case 'terminate-unsuccessful':
        return handleInterruption(event, ports);
      default:
        throw new Error(`nobody answers ${event.kind}`);
    }
  };
  const deliver = async (payload: unknown) => {
    for (const event of parseAll(payload)) {
      if (event.kind === 'skip') throw new Error(event.detail);
      await answer(event);
    }
  };
  const ended = () => ({
    completions: world.completions,
    extra: world.targetState(EXTRA) === 'healthy' ? 'served' : 'deregistered',
    replaced,
    // An execution is named by its event: started twice it is one.
    started: [...new Set(starter.started.map(({ kind, id }) => `${kind} ${id}`))],
    orders: drains.orders.get('i-1') ?? {},
    stories: outbox.titles,
  });
  return { clock, world, deliver, ended };
}

const BEGAN = new ClockFake().now();

/** A sample as it would be for the instance, the group and the time of a stage. */
function payload(path: string, detail: Record<string, unknown> = {}): Record<string, unknown> {
  const text = JSON.stringify(sample(path))
    .replaceAll(/i-[0-9a-f]{17}/g, 'i-1')
    .replaceAll('web-Group-1KQ3', 'web-group')
    .replaceAll(/"evenkeel-(drain|admission)"/g, '"evenkeel-hook"');
  const copy = JSON.parse(text) as Record<string, unknown>;
  const time = new Date(BEGAN).toISOString();
  if (!('detail' in copy)) return { ...copy, ...detail, Time: time };
  return { ...copy, time, detail: { ...(copy.detail as object), ...detail } };
}

/** A lifecycle action by EventBridge, and as a hook itself sends it to its topic or queue. */
function action(transition: 'LAUNCHING' | 'TERMINATING', origin: string, destination: string) {
  const isLaunch = transition === 'LAUNCHING';
  const detail = {
    LifecycleTransition: `autoscaling:EC2_INSTANCE_${transition}`,
    LifecycleActionToken: `token of ${origin} to ${destination}`,
    Origin: origin,
    Destination: destination,
  };
  const type = `EC2 Instance-${isLaunch ? 'launch' : 'terminate'} Lifecycle Action`;
  return {
    byRule: { ...payload('lifecycle-action/sample.json', detail), 'detail-type': type },
    byHook: payload('lifecycle-action/sample-notification.json', detail),
  };
}

interface Case {
  readonly byRule: Record<string, unknown>;
  /** As a hook's own notification. */
  readonly byHook?: Record<string, unknown>;
  readonly lifecycle?: string;
  readonly transition?: 'launching' | 'terminating';
  readonly end: Partial<ReturnType<ReturnType<typeof stage>['ended']>>;
}

const untouched = { completions: [], extra: 'served', replaced: [], started: [], orders: {}, stories: [] };
const drained = {
  completions: ['CONTINUE'],
  extra: 'deregistered',
  stories: ['i-1 of web finished its work and was let go'],
};
const takenBack = { extra: 'deregistered', replaced: ['i-1'] };
const takenAt = BEGAN + 2 * MINUTE;

const cases: Readonly<Record<string, Case>> = {
  'a launch is admitted': {
    ...action('LAUNCHING', 'EC2', 'AutoScalingGroup'),
    lifecycle: 'Pending:Wait',
    transition: 'launching',
    end: { completions: ['CONTINUE'] },
  },
  'a termination is drained': {
    ...action('TERMINATING', 'AutoScalingGroup', 'EC2'),
    lifecycle: 'Terminating:Wait',
    end: drained,
  },
  'a launch into the warm pool is admitted': {
    ...action('LAUNCHING', 'EC2', 'WarmPool'),
    lifecycle: 'Warmed:Pending:Wait',
    transition: 'launching',
    end: { completions: ['CONTINUE'] },
  },
  'a launch out of the warm pool is admitted': {
    ...action('LAUNCHING', 'WarmPool', 'AutoScalingGroup'),
    lifecycle: 'Pending:Wait',
    transition: 'launching',
    end: { completions: ['CONTINUE'] },
  },
  'a return to the warm pool is let pass, undrained': {
    ...action('TERMINATING', 'AutoScalingGroup', 'WarmPool'),
    lifecycle: 'Warmed:Pending:Wait',
    end: { completions: ['CONTINUE'] },
  },
  'a termination in the warm pool is let pass, undrained': {
    ...action('TERMINATING', 'WarmPool', 'EC2'),
    lifecycle: 'Warmed:Terminating:Wait',
    end: { completions: ['CONTINUE'] },
  },
  'the replacement of a root volume is drained before': {
    ...action('TERMINATING', 'AutoScalingGroup', 'AutoScalingGroup'),
    lifecycle: 'ReplacingRootVolume:Wait',
    end: drained,
  },
  'and after it admitted': {
    ...action('LAUNCHING', 'AutoScalingGroup', 'AutoScalingGroup'),
    lifecycle: 'Pending:Wait',
    transition: 'launching',
    end: { completions: ['CONTINUE'] },
  },
  'a Spot warning takes traffic off, and has a replacement launched': {
    byRule: payload('spot-interruption/sample.json'),
    end: { ...takenBack, orders: { takenAt }, stories: ['i-1 of web is being taken back by EC2 Spot'] },
  },
  'so does the interruption of a capacity reservation': {
    byRule: payload('capacity-reservation/sample.json', {
      'instance-termination-time': new Date(takenAt).toISOString(),
    }),
    end: {
      ...takenBack,
      orders: { takenAt },
      stories: ["i-1 of web is being taken back by the reservation's owner"],
    },
  },
  'a rebalance recommendation has a replacement launched first': {
    byRule: payload('rebalance/sample.json'),
    end: {
      started: ['replace-due 5d5555d5-dd55-5555-5555-5555dd55d55d'],
      stories: ['i-1 of web is at a higher risk of a Spot interruption'],
    },
  },
  'a scheduled change of AWS Health has it replaced before': {
    byRule: payload('health/sample.json'),
    end: {
      started: [
        'replace-due arn:aws:health:eu-central-1::event/EC2/AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED/AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED_90353408594353980#1234abc01232a4012345678-1#i-1',
      ],
      stories: ['AWS plans maintenance on an instance of web'],
    },
  },
  'a scheduled change that is called off replaces nothing': {
    byRule: payload('health/sample.json', { statusCode: 'closed' }),
    end: { stories: ['AWS plans no maintenance on an instance of web any more'] },
  },
  'a change of state that nobody asked for is told': {
    byRule: payload('instance-state/sample.json'),
    end: { orders: { lost: 'shutting-down' }, stories: ['i-1 of web was lost: shutting-down'] },
  },
  'a stop in the warm pool is what it is for': {
    byRule: payload('instance-state/sample.json', { state: 'stopped' }),
    lifecycle: 'Warmed:Stopped',
    end: {},
  },
  'a termination that failed is told': {
    byRule: {
      ...payload('scaling-activity/sample.json', { EC2InstanceId: 'i-1' }),
      'detail-type': 'EC2 Instance Terminate Unsuccessful',
    },
    end: { stories: ['web could not terminate i-1'] },
  },
  'a launch that failed is told': {
    byRule: payload('scaling-activity/sample.json'),
    end: { stories: ['web cannot launch instances: EC2 has none left'] },
  },
};

/** EventBridge reaches functions by itself, topics and queues; a hook reaches topics and queues alone. */
const deliveries = Object.entries(cases).flatMap(([name, { byRule, byHook }]) =>
  Object.entries(transports).flatMap(([transport, wrap]) => [
    { name, transport: transport === 'bare' ? 'EventBridge' : transport, sent: wrap(byRule) },
    ...(byHook === undefined || transport === 'bare'
      ? []
      : [{ name, transport: `the hook’s own ${transport}`, sent: wrap(byHook) }]),
  ]),
);

const staged = (name: string) => {
  const { lifecycle = 'InService', transition = 'terminating' } = cases[name] as Case;
  return stage(lifecycle, transition);
};
const expected = (name: string) => ({ ...untouched, ...cases[name]?.end });

describe.each(deliveries)('$name, by $transport', ({ name, sent }) => {
  it('once', async () => {
    const { deliver, ended } = staged(name);
    await deliver(sent);
    expect(ended()).toEqual(expected(name));
  });

  it('doubled, one copy after the other', async () => {
    const { deliver, ended } = staged(name);
    await deliver(sent);
    await deliver(sent);
    expect(ended()).toEqual(expected(name));
  });

  it('doubled, both copies at the same time', async () => {
    const { deliver, ended } = staged(name);
    await Promise.all([deliver(sent), deliver(sent)]);
    expect(ended()).toEqual(expected(name));
  });

  it('a minute late', async () => {
    const { deliver, ended, clock } = staged(name);
    clock.advance(MINUTE);
    await deliver(sent);
    expect(ended()).toEqual(expected(name));
  });
});

const at = {
  terminate: cases['a termination is drained'],
  launch: cases['a launch is admitted'],
  spot: cases['a Spot warning takes traffic off, and has a replacement launched'],
  reservation: cases['so does the interruption of a capacity reservation'],
  rebalance: cases['a rebalance recommendation has a replacement launched first'],
  health: cases['a scheduled change of AWS Health has it replaced before'],
  off: cases['a scheduled change that is called off replaces nothing'],
  state: cases['a change of state that nobody asked for is told'],
} as Readonly<Record<string, Case>>;
type Named = 'terminate' | 'launch' | 'spot' | 'reservation' | 'rebalance' | 'health' | 'off' | 'state';

interface Order {
  readonly lifecycle: string;
  readonly transition?: 'launching' | 'terminating';
  readonly events: readonly Named[];
  readonly later?: number;
  readonly end: Case['end'];
}

const title = (name: Named) => at[name]?.end.stories?.[0] ?? '';

const orders: Readonly<Record<string, Order>> = {
  'a Spot warning after the hook of its instance has ended: nothing is left to do': {
    lifecycle: 'Terminating:Wait',
    events: ['terminate', 'spot'],
    end: drained,
  },
  'a Spot warning before that hook: it is drained, and not replaced again': {
    lifecycle: 'Terminating:Wait',
    events: ['spot', 'terminate'],
    end: { ...drained, orders: { takenAt }, stories: [title('spot'), ...drained.stories] },
  },
  'an end after its Spot warning: it is no surprise': {
    lifecycle: 'InService',
    events: ['spot', 'state'],
    end: { ...takenBack, orders: { takenAt, lost: 'shutting-down' }, stories: [title('spot')] },
  },
  'an end before its Spot warning: both are told, and a replacement is launched once': {
    lifecycle: 'InService',
    events: ['state', 'spot'],
    end: {
      ...takenBack,
      orders: { takenAt, lost: 'shutting-down' },
      stories: [title('state'), title('spot')],
    },
  },
  'a recommendation after the Spot warning: it is being replaced already, and nothing more is told': {
    lifecycle: 'InService',
    events: ['spot', 'rebalance'],
    end: { ...takenBack, orders: { takenAt }, stories: [title('spot')] },
  },
  'a Spot warning while its instance is admitted: it is not let in, and that is told': {
    lifecycle: 'Pending:Wait',
    transition: 'launching',
    events: ['spot', 'launch'],
    end: {
      completions: ['ABANDON'],
      extra: 'deregistered',
      orders: { takenAt },
      stories: [title('spot'), 'i-1 of web is taken back before it could serve'],
    },
  },
  'a recommendation before the Spot warning: both are told, and it is replaced now': {
    lifecycle: 'InService',
    events: ['rebalance', 'spot'],
    end: {
      ...takenBack,
      started: at.rebalance?.end.started ?? [],
      orders: { takenAt },
      stories: [title('rebalance'), title('spot')],
    },
  },
  'a scheduled change and that it is called off: both are told, and what waits finds that out': {
    lifecycle: 'InService',
    events: ['health', 'off'],
    end: { started: at.health?.end.started ?? [], stories: [title('health'), title('off')] },
  },
  'an end before the hook of the termination that follows: it is told once, and the hook is let go': {
    lifecycle: 'InService',
    events: ['state', 'terminate'],
    end: {
      completions: ['CONTINUE'],
      extra: 'deregistered',
      orders: { lost: 'shutting-down' },
      stories: [title('state')],
    },
  },
  'an end in that hook: the same, told by its drain': {
    lifecycle: 'Terminating:Wait',
    events: ['state', 'terminate'],
    end: {
      completions: ['CONTINUE'],
      extra: 'deregistered',
      orders: { lost: 'shutting-down' },
      stories: ['i-1 of web was lost before its work was finished'],
    },
  },
  'an end after that hook: it is what the group has asked for': {
    lifecycle: 'Terminating:Wait',
    events: ['terminate', 'state'],
    end: drained,
  },
  'a launch event after the hook of its instance’s termination: that alone is answered': {
    lifecycle: 'Terminating:Wait',
    events: ['terminate', 'launch'],
    end: drained,
  },
  'a launch event before that, and late: the same': {
    lifecycle: 'Terminating:Wait',
    events: ['launch', 'terminate'],
    end: drained,
  },
  'a terminate event after its hook has ended: nothing is answered twice': {
    lifecycle: 'Terminating:Wait',
    events: ['terminate'],
    later: 61 * MINUTE,
    end: {
      ...drained,
      completions: ['EXPIRED'],
      stories: ['i-1 of web was released by Auto Scaling while it drained'],
    },
  },
};

const received = Object.entries(transports).map(
  ([name, wrap]) => [name === 'bare' ? 'EventBridge' : name, wrap] as const,
);

describe.each(received)('in another order, by %s', (_, wrap) => {
  it.each(Object.entries(orders))(
    '%s',
    async (__, { lifecycle, transition = 'terminating', events, later = 0, end }) => {
      const { deliver, ended, clock } = stage(lifecycle, transition);
      clock.advance(later);
      for (const name of events) await deliver(wrap(at[name]?.byRule));
      expect(ended()).toEqual({ ...untouched, ...end });
    },
  );
});

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) =>
    permutations(items.filter((___, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

describe('whatever the order of all that may be said of one instance, each doubled', () => {
  const everything: readonly Named[] = ['terminate', 'spot', 'rebalance', 'health', 'state'];

  it.each(['InService', 'Terminating:Wait'])(
    'nothing is completed, replaced or told twice, of one that is %s',
    async (lifecycle) => {
      for (const order of permutations(everything)) {
        const { deliver, ended } = stage(lifecycle, 'terminating');
        for (const name of [...order, ...order]) await deliver(at[name]?.byRule);
        const { completions, replaced, stories } = ended();
        expect({ order, completions: completions.length }).toEqual({ order, completions: 1 });
        expect(replaced.length).toBeLessThanOrEqual(lifecycle === 'InService' ? 1 : 0);
        expect(stories).toEqual([...new Set(stories)]);
      }
    },
  );
});
