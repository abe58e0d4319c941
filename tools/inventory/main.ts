import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startCloud } from '../cloud/cloud.ts';
import type { Service } from '../cloud/kernel/index.ts';
import { readConformance } from './conformance.ts';
import { FULL_LIST, fullListDocument, SUMMARY, summaryDocument } from './documents.ts';
import { coverageOf } from './operations.ts';
import { conformanceTable, countTable } from './tables.ts';

const USAGE = `Usage: npm run inventory -- [options]

What the local cloud has of AWS's services, and what its conformance suites counted.

  --json    everything, each operation with its coverage: real, record, refused or 501
  --write   writes the counts into docs/local-cloud.md and the list into docs/local-cloud-operations.md
  --help`;

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, write: { type: 'boolean' }, help: { type: 'boolean' } },
});
if (values.help === true) say(USAGE);
else await report();

async function report(): Promise<void> {
  const cloud = await startCloud();
  const services = coverageOf(Object.values<Service>(cloud.services));
  await cloud.close();
  const conformance = readConformance();
  if (values.write === true) {
    writeFileSync(SUMMARY, await summaryDocument(services, conformance));
    writeFileSync(FULL_LIST, await fullListDocument(services));
  }
  if (values.json === true) say(JSON.stringify({ services, conformance }, null, 2));
  else say(`${countTable(services)}\n\n${conformanceTable(conformance)}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
