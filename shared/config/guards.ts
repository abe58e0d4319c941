import type { Brake, MoneyGuard } from '../domain/index.ts';
import { defined } from './defined.ts';
import type { FleetEntry } from './schema/index.ts';

type Entry = FleetEntry['scaling'];

/** The connections of one DB instance of RDS, or of all of them. */
export function brakeOf(entry: NonNullable<Entry['brake']>): Brake {
  const { database, connections, 'per-instance': perInstance, 'at-most': atMost } = entry;
  const metric = {
    namespace: 'AWS/RDS',
    name: 'DatabaseConnections',
    dimensions: database === undefined ? {} : { DBInstanceIdentifier: database },
    statistic: database === undefined ? 'Sum' : 'Maximum',
  };
  return { metric, atMost, ...defined({ database, connections, perInstance }) };
}

export function moneyOf({ 'per-month': perMonth, price }: NonNullable<Entry['money']>): MoneyGuard {
  return { perMonth, price };
}
