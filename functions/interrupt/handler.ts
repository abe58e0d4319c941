import { handleInterruption } from '../../shared/workflows/handle-interruption.ts';
import { lambda } from '../lambda.ts';
import { wire } from './wire.ts';

const on = wire();

export const handler = lambda(
  [
    'spot-interruption',
    'reservation-interruption',
    'rebalance-recommended',
    'health-scheduled-change',
    'instance-state-changed',
    'launch-unsuccessful',
    'terminate-unsuccessful',
  ],
  (event) => handleInterruption(event, on),
);
