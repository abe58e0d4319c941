import type { Kernel } from '../../kernel/service.ts';
import type { AutoScalingService } from '../../services/auto-scaling/index.ts';
import type { Ec2Service } from '../../services/ec2/api.ts';
import type { Applications } from '../../simulation/applications.ts';
import { matches } from '../patterns.ts';
import type { EntryOf, Kind } from '../plan/schema.ts';
import type { Strike } from '../weather.ts';
import { emitScheduledChange } from './scheduled-change.ts';

/** What happens to instances without anyone asking for it. */
type InstanceKind = Extract<
  Kind,
  'reclaim' | 'rebalance-recommendation' | 'scheduled-change' | 'death' | 'impaired' | 'hang'
>;

export interface FleetPorts {
  readonly ec2: Ec2Service;
  readonly autoScaling: Pick<AutoScalingService, 'groups'>;
  readonly applications: Applications;
}

/** Has the fleet meet its weather. */
export function exposeFleet(kernel: Kernel, on: FleetPorts): void {
  const { weather } = kernel;
  const { ec2, applications } = on;
  weather.onBegin('zone-outage', (strike) => {
    const hit = [...ec2.instances()].filter(
      ({ zone, state, isImpaired }) =>
        matches(strike.entry.zone, zone) && (state === 'running' || state === 'pending') && !isImpaired,
    );
    for (const { id } of hit) ec2.makeUnhealthy(id);
    strike.tell(`${hit.length} instances in ${strike.entry.zone.join(', ')} are out of reach`);
    return () => hit.forEach(({ id }) => ec2.recover(id));
  });
  weather.onBegin('new-image', ({ entry: { fault, parameter }, tell }) => {
    const image = ec2.publishImage({ fault, ...(parameter === undefined ? {} : { parameter }) });
    tell(`${image} is the newest image${fault === undefined ? '' : ` (${fault})`}`);
    return undefined;
  });
  onEach(kernel, on, 'reclaim', (id, { entry: { warning }, tell }) => {
    tell(`${id} is reclaimed ${warning ? 'in two minutes' : 'without warning'}`);
    ec2.interruptSpot(id, { warning });
    return undefined;
  });
  onEach(kernel, on, 'rebalance-recommendation', (id, { tell }) => {
    tell(`${id} is at risk`);
    ec2.recommendRebalance(id);
    return undefined;
  });
  onEach(kernel, on, 'scheduled-change', (id, { entry: { ahead }, tell }) => {
    tell(`${id} is to be retired`);
    emitScheduledChange(kernel, id, ahead);
    return undefined;
  });
  onEach(kernel, on, 'death', (id, { tell }) => {
    tell(`${id} dies without a word`);
    ec2.kill(id);
    return undefined;
  });
  onEach(kernel, on, 'impaired', (id, { tell }) => {
    tell(`${id} fails its status checks`);
    ec2.makeUnhealthy(id);
    return () => ec2.recover(id);
  });
  onEach(kernel, on, 'hang', (id, { tell }) => {
    tell(`the application of ${id} hangs`);
    applications.hang(id);
    return () => applications.resume(id);
  });
}

/** Has a kind of entry happen to each instance that it hits. */
function onEach<K extends InstanceKind>(
  { weather }: Kernel,
  on: FleetPorts,
  kind: K,
  happen: (id: string, strike: Strike<K>) => (() => void) | undefined,
): void {
  weather.onBegin(kind, (strike) => {
    const ids = chosen(on, strike.entry, strike.random);
    if (ids.length === 0) strike.tell('no instance serves that is meant');
    const undo = ids.map((id) => happen(id, strike));
    return () => undo.forEach((one) => one?.());
  });
}

/** As many of the instances that are meant as the entry says, by its chance. */
function chosen(on: FleetPorts, entry: EntryOf<InstanceKind>, random: () => number): string[] {
  const left = candidates(on, entry);
  const ids: string[] = [];
  while (ids.length < entry.count && left.length > 0)
    ids.push(...left.splice(Math.floor(random() * left.length), 1));
  return ids;
}

/** Running instances by name, or else those in service in a group. */
function candidates({ ec2, autoScaling }: FleetPorts, entry: EntryOf<InstanceKind>): string[] {
  const { instance, zone, group } = entry;
  const isMeant = (one: { readonly id: string; readonly zone: string }, of: string | undefined) =>
    matches(instance, one.id) && matches(zone, one.zone) && matches(group, of);
  if (instance !== undefined)
    return [...ec2.instances()]
      .filter((one) => one.state === 'running' && isMeant(one, one.group))
      .map(({ id }) => id);
  return [...autoScaling.groups()].flatMap(({ name, instances }) =>
    [...instances.values()]
      .filter((one) => one.state === 'InService' && isMeant(one, name))
      .map(({ id }) => id),
  );
}
