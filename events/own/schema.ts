import * as z from 'zod';
import { awsTime } from '../wire.ts';

const fleetName = z.string().min(1);

/** The domain's LifecycleAction: empty of token where the action was found by looking, not by its event. */
const action = z.object({
  token: z.string(),
  group: z.string().min(1),
  hook: z.string().min(1),
  instance: z.string().min(1),
  origin: z.string().exactOptional(),
  destination: z.string().exactOptional(),
});

/** Schedules may leave out id and detail: the same tick is then known by its name and time. */
const envelope = z.object({ id: z.string().min(1).optional(), time: awsTime.default(0) });

const ownEvent = <Type extends string, Detail extends z.ZodType>(type: Type, detail: Detail) =>
  envelope.extend({ 'detail-type': z.literal(type), detail });

/** What the control plane sends to itself, and its schedules to it. */
export const ownEvents = z.discriminatedUnion('detail-type', [
  ownEvent('Reconcile Due', z.object({}).default({})),
  ownEvent('Refresh Due', z.object({ fleet: fleetName.exactOptional() }).default({})),
  ownEvent('Scale Due', z.object({ fleet: fleetName })),
  ownEvent(
    'Replacement Due',
    z.object({
      instance: z.string().min(1),
      reason: z.enum(['rebalance', 'health']),
      by: z.number().exactOptional(),
    }),
  ),
  ownEvent('Drain Due', z.object({ action })),
  ownEvent('Admission Due', z.object({ action })),
]);

export type OwnWireEvent = z.output<typeof ownEvents>;
