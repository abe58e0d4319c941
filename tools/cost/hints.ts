/** What another choice of a param would cost: cheap to say, and often the largest line. */
import type { Template } from '../templates/model.ts';
import { resourcesOf, textAt, valueAt } from '../templates/template.ts';
import { HOURS, priceOf } from './prices.ts';

export interface Hint {
  readonly text: string;
  /** Dollars a month that the other choice adds; less than 0 where it saves. */
  readonly dollars: number;
}

export function hintsOf(template: Template, region: string): readonly Hint[] {
  return [...natHint(template, region), ...databaseHint(template, region)];
}

/** One way out for all zones, or one for each. */
function natHint(template: Template, region: string): Hint[] {
  const gateways = resourcesOf(template, 'AWS::EC2::NatGateway').length;
  const zones = new Set(
    resourcesOf(template, 'AWS::EC2::Subnet').map(({ properties }) =>
      JSON.stringify(properties.AvailabilityZone),
    ),
  ).size;
  const hour = priceOf('nat.hour', region);
  const address = priceOf('ipv4.hour', region);
  if (gateways === 0 || zones < 2 || hour === undefined || address === undefined) return [];
  const [to, count] = gateways === 1 ? ['per-zone', zones - 1] : ['one', 1 - gateways];
  if (count === 0) return [];
  const dollars = count * (hour.usd + address.usd) * HOURS;
  const means =
    to === 'one'
      ? 'and a zone that fails may take all instances’ way out'
      : 'and no zone takes another’s way out with it';
  return [{ text: `--param nat=${to} ${difference(dollars)}, ${means}`, dollars }];
}

/** A standby in another zone costs as much as the database itself. */
function databaseHint(template: Template, region: string): Hint[] {
  return resourcesOf(template, 'AWS::RDS::DBInstance').flatMap(({ properties }) => {
    const isTwice = valueAt(template, properties, 'MultiAZ');
    const engine = textAt(template, properties, ['Engine']) ?? '';
    const hour = priceOf(`rds.${engine}.${textAt(template, properties, ['DBInstanceClass']) ?? ''}`, region);
    if (typeof isTwice !== 'boolean' || hour === undefined) return [];
    const dollars = (isTwice ? -1 : 1) * hour.usd * HOURS;
    const to = isTwice ? 'false' : 'true';
    return [{ text: `--param database-multi-az=${to} ${difference(dollars)}, its storage apart`, dollars }];
  });
}

function difference(dollars: number): string {
  return `${dollars < 0 ? 'saves' : 'adds'} $${Math.abs(dollars).toFixed(2)} a month`;
}
