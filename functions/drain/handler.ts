import { drainInstance } from '../../shared/workflows/drain-instance.ts';
import { replaceInstance } from '../../shared/workflows/replace-instance.ts';
import { durableLambda } from '../lambda.ts';
import { wire } from './wire.ts';

const on = wire();

export const handler = durableLambda(['terminating', 'replace-due'], (event, durable) =>
  event.kind === 'terminating'
    ? drainInstance(event, { ...on, durable })
    : replaceInstance(event, { ...on, durable }),
);
