import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LoadRef } from './loads.ts';
import type { LoadFigures } from './measure.ts';

/** Measures all loads over some threads, and gives the figures in the order of the loads. */
export async function measureAll(
  loads: readonly LoadRef[],
  threads: number,
  onDone: (figures: LoadFigures, done: number) => void,
): Promise<readonly LoadFigures[]> {
  const figures: LoadFigures[] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    const worker = new Worker(new URL('worker.ts', import.meta.url));
    for (let at = next++; at < loads.length; at = next++) {
      worker.postMessage(loads[at]);
      // `once` rejects when the thread fails.
      const [measured] = (await once(worker, 'message')) as [LoadFigures];
      figures[at] = measured;
      onDone(measured, ++done);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: threads }, work));
  return figures;
}
