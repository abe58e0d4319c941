import { refreshFleet } from '../../shared/workflows/refresh-fleet.ts';
import { durableLambda } from '../lambda.ts';
import { wire } from './wire.ts';

const on = wire();

export const handler = durableLambda(['refresh-due'], (event, durable) =>
  refreshFleet(event, { ...on, durable }),
);
