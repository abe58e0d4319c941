import { scaleFleet } from '../../shared/workflows/scale-fleet.ts';
import { lambda } from '../lambda.ts';
import { wire } from './wire.ts';

const on = wire();

export const handler = lambda(['alarm-changed', 'scale-due'], (event, requestId) =>
  scaleFleet(event, requestId, on),
);
