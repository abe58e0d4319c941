/**
 * `npm run constraints -- DIRECTORY`: writes tools/cloud/wire/model/constraints from botocore's models. DIRECTORY is
 * where `pip install botocore` has put it, `…/site-packages/botocore`.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { format } from 'prettier';
import { startCloud } from '../cloud/cloud.ts';
import type { Service } from '../cloud/kernel/index.ts';
import { tableName } from '../cloud/wire/model/constraints.ts';
import { serviceModel } from '../cloud/wire/model/service-model.ts';
import type { BotocoreModel } from './constraint-table.ts';
import { constraintTableOf } from './constraint-table.ts';

const TABLES = join(import.meta.dirname, '..', 'cloud', 'wire', 'model', 'constraints');

/** What botocore calls a service, where it is not what the SDK's package is called. */
const BOTOCORE_NAMES: Readonly<Record<string, string>> = {
  'auto-scaling': 'autoscaling',
  'cloudwatch-logs': 'logs',
  'elastic-load-balancing-v2': 'elbv2',
  eventbridge: 'events',
  'secrets-manager': 'secretsmanager',
};

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Say where botocore is: npm run constraints -- DIRECTORY');
const version = await versionOf(directory);
const cloud = await startCloud();
for (const service of Object.values<Service>(cloud.services)) await writeTable(service, directory);
await cloud.close();

async function writeTable({ client, operations }: Service, botocore: string): Promise<void> {
  const name = tableName(client);
  const { path, model } = await modelOf(botocore, BOTOCORE_NAMES[name] ?? name);
  const source = `botocore ${version}, data/${path} (Apache-2.0)`;
  const table = constraintTableOf(serviceModel(client), model, Object.keys(operations).toSorted(), source);
  const text = await format(JSON.stringify(table), { parser: 'json', printWidth: 110 });
  await writeFile(join(TABLES, `${name}.json`), text);
}

/** The newest model of a service. Published packages have it gzipped. */
async function modelOf(botocore: string, name: string): Promise<{ path: string; model: BotocoreModel }> {
  const versions = await readdir(join(botocore, 'data', name));
  const path = `${name}/${versions.toSorted().at(-1)}/service-2.json`;
  const file = join(botocore, 'data', path);
  const text = await readFile(`${file}.gz`).then(gunzipSync, () => readFile(file));
  return { path, model: JSON.parse(text.toString()) as BotocoreModel };
}

async function versionOf(botocore: string): Promise<string> {
  const text = await readFile(join(botocore, '__init__.py'), 'utf8');
  const found = /^__version__ = '([^']+)'/m.exec(text)?.[1];
  if (found === undefined) throw new Error(`${botocore} is not botocore`);
  return found;
}
