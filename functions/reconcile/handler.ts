import { reconcile } from '../../shared/workflows/reconcile.ts';
import { lambda } from '../lambda.ts';
import { wire } from './wire.ts';

const on = wire();

export const handler = lambda(['reconcile-due'], (event) => reconcile(event, on));
