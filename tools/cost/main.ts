/** `npm run costs`: what each profile costs, and docs/costs.md. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Packaged } from './document.ts';
import { costRows, costsDocument, DOCUMENT } from './document.ts';
import { packageTemplate } from './package-template.ts';

const PROFILES = ['hello', 'web', 'wordpress', 'employee-directory', 'byo'];
const STAGES = ['dev', 'prod'];

const { values } = parseArgs({ options: { write: { type: 'boolean' } } });
const packaged: Packaged[] = [];
for (const profile of PROFILES) {
  for (const stage of STAGES) {
    const template = await packageTemplate({ profile, stage, region: 'eu-central-1', params: [] });
    packaged.push({ profile, stage, template });
  }
}
const document = await costsDocument(costRows(packaged));
if (values.write === true) writeFileSync(DOCUMENT, document);
else process.stdout.write(document);
