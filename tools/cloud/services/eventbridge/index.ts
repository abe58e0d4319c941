import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Courier, Delivery, Parcel } from '../../delivery/index.ts';
import { Buses } from './buses.ts';
import type { Envelope } from './envelope.ts';
import { envelop } from './envelope.ts';
import { busOperations } from './operations/buses.ts';
import { eventOperations } from './operations/events.ts';
import { ruleOperations } from './operations/rules.ts';
import { targetOperations } from './operations/targets.ts';
import { isObject } from '../../delivery/pattern/filters.ts';
import { eventArrivals } from '../../weather/delivery/fates.ts';
import { Router } from './router.ts';
import { Rules } from './rules.ts';
import { standing } from './standing.ts';
import { Tags } from './tags.ts';

export type EventBridgeService = ReturnType<typeof createEventBridge>;

/**
 * Amazon EventBridge: buses, rules by pattern or schedule, and delivery to their targets. What the other services
 * tell `kernel.events` lies on the default bus.
 */
export function createEventBridge(kernel: Kernel, on: { courier: Courier; delivery: Delivery }) {
  const buses = new Buses(kernel);
  const tags = new Tags();
  const router = new Router(kernel, on.courier);
  const rules = new Rules(kernel, (rule) => router.fire(rule));
  kernel.events.onEvent((event) => {
    const envelope = envelop(event, kernel.account, kernel.ids, kernel.clock.now());
    const accept = () => router.accept(buses.default, envelope);
    for (const delay of eventArrivals(kernel, event)) {
      if (delay === 0) accept();
      else kernel.clock.after(delay, accept);
    }
  });
  on.delivery.register('events', (busArn, parcel) => {
    const event = receivedEvent(kernel, parcel);
    router.accept(buses.get(busArn), event, parcel.event === undefined);
  });
  return {
    client: '@aws-sdk/client-eventbridge',
    standing,
    operations: {
      ...busOperations(buses, tags),
      ...ruleOperations(buses, rules, tags),
      ...targetOperations(buses),
      ...eventOperations(kernel, buses, router),
    } satisfies Operations<EventBridge>,
  };
}

/** A parcel for a bus: the detail of a new event, or an event that another bus sends on, its id unchanged. */
function receivedEvent(kernel: Kernel, parcel: Parcel): Envelope {
  // Rules send events to a bus as they are: what changes them on the way is refused with the target.
  if (parcel.event === undefined) return JSON.parse(parcel.body) as Envelope;
  const detail: unknown = JSON.parse(parcel.body);
  if (!isObject(detail)) throw new AwsError('MalformedDetail', 'Detail is malformed.');
  const content = { ...parcel.event, resources: [], detail };
  return envelop(content, kernel.account, kernel.ids, kernel.clock.now());
}
