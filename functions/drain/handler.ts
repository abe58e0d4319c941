import { drainInstance } from '../../shared/workflows/drain-instance.ts';
import { durableLambda } from '../lambda.ts';
import { wire } from './wire.ts';

const on = wire();

export const handler = durableLambda(['terminating'], (event, durable) =>
  drainInstance(event, { ...on, durable }),
);
