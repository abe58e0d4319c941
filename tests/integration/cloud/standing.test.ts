import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import type { Service } from '../../../tools/cloud/kernel/index.ts';
import { readConformance } from '../../../tools/inventory/conformance.ts';
import { FULL_LIST, fullListDocument, SUMMARY, summaryDocument } from '../../../tools/inventory/documents.ts';
import { coverageOf } from '../../../tools/inventory/operations.ts';

let cloud: Cloud;
let services: Service[];

beforeAll(async () => {
  cloud = await startCloud();
  services = Object.values<Service>(cloud.services);
});

afterAll(() => cloud.close());

describe('every operation says what comes of it', () => {
  it('none is left out, and none is declared that is not there', () => {
    for (const { client, operations, standing } of services)
      expect(Object.keys(standing).sort(), client).toEqual(Object.keys(operations).sort());
  });

  it('and AWS has each of them', () => {
    const known = new Set(
      coverageOf(services).flatMap(({ service, operations }) =>
        operations.map(({ name }) => `${service} ${name}`),
      ),
    );
    expect(known.size).toBeGreaterThan(1500);
    const counted = coverageOf(services).flatMap(({ operations }) =>
      operations.filter(({ coverage }) => coverage !== '501'),
    );
    expect(counted.length).toBe(services.flatMap(({ operations }) => Object.keys(operations)).length);
  });
});

describe('the documents say what `npm run inventory` says', () => {
  it('docs/local-cloud.md', async () => {
    expect(readFileSync(SUMMARY, 'utf8')).toBe(
      await summaryDocument(coverageOf(services), readConformance()),
    );
  });

  it('docs/local-cloud-operations.md', async () => {
    expect(readFileSync(FULL_LIST, 'utf8')).toBe(await fullListDocument(coverageOf(services)));
  });
});
