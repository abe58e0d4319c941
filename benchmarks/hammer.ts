import { request, Agent } from 'node:http';
import { text } from 'node:stream/consumers';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Captured } from './capture.ts';

const CONNECTIONS = 4;
const WARM_UP = 300;
/** Requests that {@link hammer} sends in all. */
export const SENT = 2300;
const COUNTED = SENT - WARM_UP;

/** Requests a second that a cloud answers, asked by a thread of its own over a few connections. */
export async function hammer(captured: Captured): Promise<number> {
  const worker = new Worker(new URL(import.meta.url), { workerData: captured, execArgv: [] });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function run(captured: Captured): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const many = async (count: number) => {
    let left = count;
    const one = async () => {
      while (left-- > 0) await send(captured, agent);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, one));
  };
  await many(WARM_UP);
  const started = performance.now();
  await many(COUNTED);
  agent.destroy();
  return COUNTED / ((performance.now() - started) / 1000);
}

function send({ endpoint, target, method, headers, body }: Captured, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(`${endpoint}${target}`, { method, headers, agent }, (response) => {
      void text(response).then((reply) => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${method} ${target} was answered ${response.statusCode}: ${reply}`));
      }, reject);
    });
    sent.once('error', reject).end(body);
  });
}

if (!isMainThread) parentPort?.postMessage(await run(workerData as Captured));
