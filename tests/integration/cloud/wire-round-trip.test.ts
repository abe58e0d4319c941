import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_KEYS, Credentials, createKernel, seededIds } from '../../../tools/cloud/kernel/index.ts';
import type { Ids } from '../../../tools/cloud/kernel/index.ts';
import { Dispatcher } from '../../../tools/cloud/wire/dispatcher.ts';
import type { Shape, Slot } from '../../../tools/cloud/wire/model/schema.ts';
import { serviceModel } from '../../../tools/cloud/wire/model/service-model.ts';
import { ServiceRegistry } from '../../../tools/cloud/wire/registry.ts';
import { RequestIds } from '../../../tools/cloud/wire/request-ids.ts';
import { CloudRoutes } from '../../../tools/cloud/wire/routes.ts';
import { listen } from '../../../tools/cloud/wire/server.ts';
import { Validator } from '../../../tools/cloud/wire/validate.ts';
import { Authenticator } from '../../../tools/cloud/wire/signature/authenticator.ts';

const load = createRequire(import.meta.url);

type Values = Record<string, unknown>;
interface AnyClient {
  send(command: object): Promise<Values>;
  destroy(): void;
}

/** A value of a shape with all its members, down to a depth. */
function sample(shape: Shape, ids: Ids, depth = 0): unknown {
  switch (shape.kind) {
    case 'structure':
      return sampleStructure(shape, ids, depth);
    case 'list':
      return depth > 6
        ? undefined
        : [sample(shape.member.shape, ids, depth + 1)].filter((item) => item !== undefined);
    case 'map':
      return depth > 14 ? undefined : { key: sample(shape.value.shape, ids, depth + 1) };
    case 'timestamp':
      return new Date(1_767_571_200_000 + Math.floor(ids.random() * 1e6) * 1000);
    case 'blob':
      return new Uint8Array([1, 2, 255]);
    case 'boolean':
      return ids.random() < 0.5;
    case 'number':
      return Math.floor(ids.random() * 1000);
    case 'string':
      return `<&>"é ${ids.hex(4)}`;
    default:
      return undefined;
  }
}

function sampleStructure(shape: Extract<Shape, { kind: 'structure' }>, ids: Ids, depth: number): unknown {
  const all = shape.members.filter(({ shape: { kind }, traits }) => kind !== 'document' && !traits.streaming);
  const wanted = shape.isUnion ? all.slice(0, 1) : all.filter((slot) => slot.isRequired || depth < 4);
  if (depth > 15) return undefined;
  const entries = wanted.map((slot) => [slot.name, sampleMember(slot, ids, depth)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Labels, headers and the parts of host names take no special characters. */
function sampleMember({ name, shape, traits }: Slot, ids: Ids, depth: number): unknown {
  if (traits.idempotencyToken) return 'token';
  if (traits.httpResponseCode) return 200;
  const isPlain = traits.httpLabel ?? traits.httpHeader ?? traits.httpQuery ?? traits.httpPrefixHeaders;
  if (isPlain !== undefined && shape.kind === 'string') return `plain${ids.hex(4)}`;
  if (isPlain !== undefined && shape.kind === 'list') return [`plain${ids.hex(4)}`];
  if (name === 'EndpointId') return undefined;
  return sample(shape, ids, depth + 1);
}

/** What is left of a value on the wire: no empty containers, no difference between kinds of bytes. */
function essence(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) {
    const items = value.map(essence).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value)
    .filter(([key]) => key !== '$metadata')
    .map(([key, item]) => [key, essence(item)] as const)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Sends every operation of a client through the wire. @returns those that did not come through unchanged */
async function changed(client: string): Promise<{ tried: number; changed: string[] }> {
  const model = serviceModel(client);
  const kernel = createKernel();
  const ids = seededIds(7);
  let received: unknown;
  let answer: unknown;
  const echo = (input: unknown) => {
    received = input;
    return answer;
  };
  const operations = Object.fromEntries([...model.operations.keys()].map((name) => [name, echo]));
  const dispatcher = new Dispatcher({
    kernel,
    // Every client's signature of every operation has to hold.
    authenticator: new Authenticator({
      credentials: new Credentials(ids),
      now: () => kernel.clock.now(),
      enforce: true,
    }),
    registry: new ServiceRegistry([{ client, operations, standing: {} }]),
    validatorOf: () => new Validator(),
    authorise: () => undefined,
    actionOf: (service, operation) => `${service}:${operation}`,
    onBug: (error) => {
      throw error;
    },
  });
  const proxy = { connect: () => undefined, request: () => ({ status: 404, headers: {}, body: '' }) };
  const parts = { kernel, requestIds: new RequestIds(1), dispatcher, routes: new CloudRoutes(), proxy };
  const wire = await listen({ ...parts, machineTime: Date.now }, 0);
  const { sdk, send } = clientOf(client, wire.endpoint);
  const wrong: string[] = [];
  for (const { name, input, output } of model.operations.values()) {
    const asked = sample(input, ids) ?? {};
    answer = sample(output, ids);
    received = undefined;
    try {
      const got = await send(name, asked);
      if (!isDeepStrictEqual(essence(asked), essence(received))) wrong.push(`${name}: input`);
      if (!isDeepStrictEqual(essence(answer), essence(got))) wrong.push(`${name}: output`);
    } catch (error) {
      wrong.push(`${name}: ${String(error)}`);
    }
  }
  sdk.destroy();
  await wire.close();
  return { tried: model.operations.size, changed: wrong };
}

function clientOf(client: string, endpoint: string) {
  const exported = load(client) as Record<string, new (input: object) => AnyClient & object>;
  const name = Object.keys(exported).find((key) => /^[A-Z].*Client$/.test(key)) ?? '';
  const Client = exported[name];
  if (Client === undefined) throw new Error(`${client} has no client`);
  const sdk = new Client({
    region: 'eu-central-1',
    endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
    disableHostPrefix: true,
    useQueueUrlAsEndpoint: false,
    md5: false,
  });
  const send = (operation: string, input: object) => {
    const Command = exported[`${operation}Command`];
    if (Command === undefined) throw new Error(`${client} has no ${operation}`);
    return sdk.send(new Command(structuredClone(input)));
  };
  return { sdk, send };
}

describe('every operation comes through the wire unchanged', () => {
  it.each([
    'auto-scaling',
    'cloudformation',
    'cloudwatch',
    'dynamodb',
    'elastic-load-balancing-v2',
    'eventbridge',
    'iam',
    'sns',
    'sqs',
    'scheduler',
    'sts',
  ])('%s', async (name) => {
    const { tried, changed: wrong } = await changed(`@aws-sdk/client-${name}`);
    expect(tried).toBeGreaterThan(8);
    expect(wrong).toEqual([]);
  });
});
