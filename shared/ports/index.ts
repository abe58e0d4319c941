/**
 * What workflows need of the world. Each port lists only what is used; `shared/aws` and `shared/notify` fill
 * them in, tests do so too. A port throws only what may succeed later; what is over for good is an answer.
 */
export type { Admissions } from './admissions.ts';
export type { Announcements } from './announcements.ts';
export type { Balancers } from './balancers.ts';
export type { CloudMap } from './cloud-map.ts';
export type { Clock, Ids } from './clock.ts';
export type { CommandResult, Commands } from './commands.ts';
export type { Databases } from './databases.ts';
export type { DrainOrder, DrainProgress, Drains, Orders } from './drains.ts';
export type { Durable } from './durable.ts';
export type { Groups, RefreshStatus } from './groups.ts';
export type { Hooks, LifecycleHook } from './hooks.ts';
export type { Images, TemplateImage } from './images.ts';
export type { Instances } from './instances.ts';
export type { Claim, Fence, Ledger, Lease } from './ledger.ts';
export type { Memory, Remembered } from './memory.ts';
export type { Alarms, Metrics, Sample } from './metrics.ts';
export type { Channel, Delivery, Outbox, Settled, Stories } from './outbox.ts';
export type { Probes } from './probes.ts';
export type { Queues } from './queues.ts';
export type { Starter } from './starter.ts';
export type { Subscribers } from './subscribers.ts';
