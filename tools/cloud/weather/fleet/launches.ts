import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/service.ts';
import { matches } from '../patterns.ts';
import type { LaunchPlace } from './capacity-errors.ts';
import { capacityMessage } from './capacity-errors.ts';

/** Refuses a launch that the weather does not let happen. @throws AwsError in EC2's words */
export function checkLaunch({ weather, account }: Kernel, place: LaunchPlace): void {
  const about = () => `launch ${JSON.stringify(place)}`;
  const outage = weather.strike('zone-outage', about, ({ zone }) => matches(zone, place.zone));
  const want = weather.strike(
    'no-capacity',
    about,
    ({ zone, instanceType, market = place.market }) =>
      matches(zone, place.zone) && matches(instanceType, place.instanceType) && market === place.market,
  );
  const strike = outage ?? want;
  if (strike === undefined) return;
  const code = want?.entry.code ?? 'InsufficientInstanceCapacity';
  strike.tell(`no ${place.instanceType} in ${place.zone}: ${code}`);
  const message = want?.entry.message ?? capacityMessage(code, place, account.zones);
  throw new AwsError(code, message, { status: code === 'InsufficientInstanceCapacity' ? 500 : 400 });
}

/** An instance that starts. */
interface Starting {
  readonly id: string;
  readonly zone: string;
  readonly group: string | undefined;
}

/** How much longer than usual an instance's start takes. */
export interface SlowStart {
  /** Milliseconds that are added to `pending`; Infinity for ever. */
  readonly stuck: number;
  /** What all stages take, as a multiple. */
  readonly factor: number;
}

export function startOf({ weather, clock }: Kernel, { id, zone, group }: Starting): SlowStart {
  const about = () => `start ${id}`;
  const stuck = weather.strike(
    'stuck-pending',
    about,
    (entry) => matches(entry.zone, zone) && matches(entry.group, group),
  );
  stuck?.tell(`${id} stays pending`);
  const slow = weather.strike('slow-launches', about, () => true);
  slow?.tell(`${id} takes ${slow.entry.factor} times as long to start`);
  return {
    stuck: stuck === undefined ? 0 : stuck.until - clock.now(),
    factor: slow?.entry.factor ?? 1,
  };
}
