import * as z from 'zod';
import { share } from '../quantities.ts';

const COUNT_ERROR = 'write a number of connections, such as 400';
const EACH_ERROR = 'write how many connections each instance opens, such as 20';
const MONEY_ERROR = 'write an amount above 0';

const brake = z
  .strictObject(
    {
      metric: z
        .enum(['rds-connections'], { error: 'write rds-connections' })
        .describe('What is watched: the connections of a database of RDS'),
      database: z
        .string({ error: 'write the identifier of a DB instance, such as shop' })
        .min(1, { error: 'write the identifier of a DB instance, such as shop' })
        .optional()
        .describe('The DB instance; without it all of the region together'),
      connections: z
        .int({ error: COUNT_ERROR })
        .min(1, { error: COUNT_ERROR })
        .optional()
        .describe(
          'How many connections the database takes, its max_connections; without it what its class and engine usually do',
        ),
      'per-instance': z
        .number({ error: EACH_ERROR })
        .positive({ error: EACH_ERROR })
        .optional()
        .describe(
          'How many connections each instance opens; without it as many as they have opened, in the mean',
        ),
      'at-most': share(1, 100).prefault('80%').describe('The share of them that may be in use'),
    },
    {
      error: 'write { metric: rds-connections, database: shop, per-instance: 20, at-most: 80% }',
    },
  )
  .optional()
  .describe('Caps scaling out by what the database behind the fleet still takes');

const money = z
  .strictObject(
    {
      'per-month': z
        .number({ error: MONEY_ERROR })
        .positive({ error: MONEY_ERROR })
        .describe('What the instances may cost in a calendar month, in UTC'),
      price: z
        .number({ error: MONEY_ERROR })
        .positive({ error: MONEY_ERROR })
        .describe('Of an instance, an hour, in the same currency'),
    },
    { error: 'write { per-month: 500, price: 0.0376 }' },
  )
  .optional()
  .describe('Warns, then keeps capacity from rising above the minimum; takes nothing in');

/** What may keep capacity from rising. */
export const guards = { brake, money };
