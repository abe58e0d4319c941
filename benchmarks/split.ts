import type { Cloud } from '../tools/cloud/cloud.ts';
import { createDirectory } from '../tools/cloud/directory/index.ts';
import { Access } from '../tools/cloud/iam/access.ts';
import { actionOf } from '../tools/cloud/iam/actions.ts';
import type { Service } from '../tools/cloud/kernel/index.ts';
import { Dispatcher } from '../tools/cloud/wire/dispatcher.ts';
import { Hold } from '../tools/cloud/wire/hold.ts';
import type { Sent } from '../tools/cloud/wire/protocols/exchange.ts';
import { ServiceRegistry } from '../tools/cloud/wire/registry.ts';
import { Authenticator } from '../tools/cloud/wire/signature/authenticator.ts';
import { validatorOf } from '../tools/cloud/wire/validate.ts';
import type { Captured } from './capture.ts';

const WARM_UP = 500;
const COUNTED = 2000;

/** Microseconds of one call, by part. */
export interface Split {
  readonly parse: number;
  readonly authorise: number;
  readonly operate: number;
  readonly write: number;
}

/** Where the time of an answer goes, the socket left out: a dispatcher of its own, with a watch at each border. */
export async function splitCost(cloud: Cloud, captured: Captured): Promise<Split> {
  const at = { start: 0, parsed: 0, allowed: 0, done: 0 };
  const { kernel, credentials, services } = cloud;
  const directory = createDirectory(kernel, services);
  const access = new Access({
    kernel,
    credentials,
    iam: services.iam,
    enforce: true,
    directory: () => directory,
  });
  const dispatcher = new Dispatcher({
    kernel,
    authenticator: new Authenticator({ credentials, now: () => kernel.clock.now(), enforce: true }),
    actionOf,
    validatorOf,
    registry: new ServiceRegistry(Object.values<Service>(services).map((one) => watched(one, at))),
    authorise: (call, input, unsigned) => {
      at.parsed = performance.now();
      access.check(call, input, unsigned);
      at.allowed = performance.now();
    },
    onBug: (error) => {
      throw error;
    },
  });
  // A dispatcher begins with AWS's limits, whatever the cloud has been told before.
  cloud.weather.follow({ limits: 'none' });
  const sums = { parse: 0, authorise: 0, operate: 0, write: 0 };
  const [path = '', query] = captured.target.split('?');
  for (let n = 0; n < WARM_UP + COUNTED; n++) {
    at.start = performance.now();
    const { method, headers } = captured;
    const request = {
      method,
      path,
      query: new URLSearchParams(query),
      headers,
      body: captured.body,
    };
    const reply = await dispatcher.answer(
      { id: 'benchmark', ...request, sent: sentAs(captured) },
      cloud.endpoint,
      new Hold(cloud.clock),
    );
    const end = performance.now();
    if (reply.status !== 200) throw new Error(`${captured.call} was answered ${reply.status}`);
    if (n < WARM_UP) continue;
    sums.parse += at.parsed - at.start;
    sums.authorise += at.allowed - at.parsed;
    sums.operate += at.done - at.allowed;
    sums.write += end - at.done;
  }
  const each = (milliseconds: number) => (milliseconds * 1000) / COUNTED;
  return {
    parse: each(sums.parse),
    authorise: each(sums.authorise),
    operate: each(sums.operate),
    write: each(sums.write),
  };
}

function sentAs({ method, target, headers }: Captured): Sent {
  const values = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return {
    method,
    target,
    headers: Object.fromEntries(values) as Sent['headers'],
    chunked: undefined,
    machineTime: Date.now(),
  };
}

function watched(service: Service, at: { done: number }): Service {
  const operations = Object.entries(service.operations).map(([name, operation]) => {
    const timed = async (...args: Parameters<typeof operation>) => {
      try {
        return await operation(...args);
      } finally {
        at.done = performance.now();
      }
    };
    return [name, timed] as const;
  });
  return { ...service, operations: Object.fromEntries(operations) };
}
