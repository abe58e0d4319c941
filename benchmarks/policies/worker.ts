/** A thread that measures one load after another, as they are handed to it. */
import { parentPort } from 'node:worker_threads';
import type { LoadRef } from './loads.ts';
import { measure } from './measure.ts';

parentPort?.on('message', (ref: LoadRef) => {
  void measure(ref).then((figures) => parentPort?.postMessage(figures));
});
