import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import type { Ids, Service } from '../../../tools/cloud/kernel/index.ts';
import { seededIds } from '../../../tools/cloud/kernel/index.ts';
import { decodeCbor } from '../../../tools/cloud/wire/codec/cbor.ts';
import { parseXml } from '../../../tools/cloud/wire/codec/xml-reader.ts';
import { constraintTable } from '../../../tools/cloud/wire/model/constraints.ts';
import type { StructureShape } from '../../../tools/cloud/wire/model/schema.ts';
import { serviceModel } from '../../../tools/cloud/wire/model/service-model.ts';
import { Inputs } from '../../support/aws-inputs.ts';
import type { WrittenRequest } from '../../support/caught-requests.ts';
import { RequestWriter } from '../../support/request-writer.ts';
import { bytesOf, malformed, pick } from '../../support/malform.ts';
import type { RawOutcome, RawReply } from '../../support/raw-http.ts';
import { sendRaw } from '../../support/raw-http.ts';

/** `FUZZ=100000 npx vitest run tests/integration/cloud/fuzz.test.ts` looks longer, `FUZZ_SEED` elsewhere. */
const REQUESTS = Number(process.env.FUZZ ?? 2000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const AT_ONCE = 8;

let cloud: Cloud;
const writer = new RequestWriter();

beforeAll(async () => {
  cloud = await startCloud({ enforceIam: false });
});

afterAll(async () => {
  writer.destroy();
  await cloud.close();
});

/** Good requests, for each operation one with what it requires and one with half of what else it takes. */
async function goodRequests(chance: Ids): Promise<WrittenRequest[]> {
  const written: Promise<WrittenRequest | undefined>[] = [];
  for (const { client, operations } of Object.values<Service>(cloud.services)) {
    const inputs = new Inputs(constraintTable(client));
    for (const operation of Object.keys(operations)) {
      const shape = inputShape(client, operation);
      const samples = shape === undefined ? [{}] : [inputs.structure(shape), some(shape, inputs, chance)];
      written.push(...samples.map((input) => writer.write(client, operation, input)));
    }
  }
  return (await Promise.all(written)).filter((request) => request !== undefined);
}

/** Requests that ask for lists of everything. */
async function plainLists(): Promise<WrittenRequest[]> {
  const written = Object.values<Service>(cloud.services).flatMap(({ client, operations }) =>
    Object.keys(operations)
      .filter((name) => /^(List|Describe|GetCaller)/.test(name) && asksForNothing(inputShape(client, name)))
      .map((name) => writer.write(client, name, {})),
  );
  return (await Promise.all(written)).filter((request) => request !== undefined);
}

function inputShape(client: string, operation: string): StructureShape | undefined {
  const shape = serviceModel(client).operations.get(operation)?.input;
  return shape?.kind === 'structure' ? shape : undefined;
}

function asksForNothing(shape: StructureShape | undefined): boolean {
  return shape?.members.every(({ isRequired }) => !isRequired) ?? true;
}

function some(shape: StructureShape, inputs: Inputs, chance: Ids): object {
  // Who waits for a message waits for time to pass, and here it stands still.
  const members = shape.members.filter(({ name }) => name !== 'WaitTimeSeconds' && chance.random() < 0.5);
  const given = members.map(({ name, shape: inner }) => [
    name,
    inputs.value(inner, inputs.nameOf(shape, name)),
  ]);
  return inputs.structure(shape, Object.fromEntries(given) as Record<string, unknown>);
}

async function statuses(port: number, requests: readonly WrittenRequest[]): Promise<number[]> {
  const outcomes = await Promise.all(requests.map((request) => sendRaw(port, bytesOf(request))));
  return outcomes.map((outcome) => (typeof outcome === 'string' ? NaN : outcome.status));
}

/** What is wrong with a reply; undefined if it is one, whatever it says. */
function flaw(outcome: RawOutcome): string | undefined {
  if (outcome === 'closed') return undefined;
  if (outcome === 'hangs') return 'hangs';
  if (outcome.status === 500) return `500: ${outcome.body.toString().slice(0, 300)}`;
  if (Number.isNaN(outcome.status)) return 'has no status';
  return isWellFormed(outcome) ? undefined : `is broken: ${outcome.body.toString().slice(0, 300)}`;
}

function isWellFormed({ headers, body }: RawReply): boolean {
  const length = headers.get('content-length');
  if (body.length === 0) return true;
  if (length !== undefined && Number(length) !== body.length) return false;
  const type = headers.get('content-type') ?? '';
  try {
    if (type.includes('json')) JSON.parse(body.toString());
    else if (type.includes('xml')) parseXml(body.toString());
    else if (type.includes('cbor')) decodeCbor(body);
    return true;
  } catch {
    return false;
  }
}

describe('a malformed request', () => {
  it('is answered or cut off, and never breaks the cloud', { timeout: 600_000 }, async () => {
    const chance = seededIds(SEED);
    const good = await goodRequests(chance);
    const port = Number(new URL(cloud.endpoint).port);
    const plain = await plainLists();
    const before = await statuses(port, plain);
    expect(before.filter((status) => status === 200).length).toBeGreaterThan(50);
    const flaws: string[] = [];
    const refused = { count: 0 };
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, () => bytesOf(malformed(pick(good, chance), chance)));
      const outcomes = await Promise.all(batch.map((bytes) => sendRaw(port, bytes)));
      for (const [i, outcome] of outcomes.entries()) {
        const found = flaw(outcome);
        if (found !== undefined) flaws.push(`${found}\n  ${batch[i]?.toString().slice(0, 600)}`);
        if (typeof outcome === 'object' && outcome.status === 400) refused.count += 1;
      }
    }
    expect(flaws).toEqual([]);
    expect(refused.count).toBeGreaterThan(REQUESTS / 3);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(await statuses(port, plain)).toEqual(before);
  });
});
