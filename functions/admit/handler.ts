import { admitInstance } from '../../shared/workflows/admit-instance.ts';
import { durableLambda } from '../lambda.ts';
import { wire } from './wire.ts';

const on = wire();

export const handler = durableLambda(['launching'], (event, durable) =>
  admitInstance(event, { ...on, durable }),
);
