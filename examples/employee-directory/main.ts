import { randomUUID } from 'node:crypto';
import { setTimeout as passed } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { clientsFor } from './aws.ts';
import type { Config } from './config.ts';
import { configFrom, ConfigError } from './config.ts';
import { Listing } from './employees/listing.ts';
import { Employees } from './employees/store.ts';
import { Readiness } from './health.ts';
import { whoAmI } from './identity.ts';
import { Photos } from './photos/store.ts';
import { createServer, type Parts } from './server.ts';

try {
  const config = configFrom(process.env);
  const parts = await partsFor(config);
  const app = await createServer(parts, true);
  drainOnSignal(app, parts.readiness, config);
  await app.listen({ port: config.port, host: config.host });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

async function partsFor({ table, bucket, readyCacheMs }: Config): Promise<Parts> {
  const { documents, s3 } = clientsFor(process.env['AWS_ENDPOINT_URL']);
  const employees = new Employees(documents, table);
  const photos = new Photos(s3, bucket, randomUUID);
  const reach = async () => {
    await Promise.all([employees.reach(), photos.reach()]);
  };
  return {
    employees,
    photos,
    listing: new Listing(documents, table),
    readiness: new Readiness(reach, readyCacheMs, () => performance.now()),
    identity: await whoAmI(),
    newId: randomUUID,
  };
}

/** Says first that it takes no more traffic, then stops accepting, finishes what is in flight, and ends. */
function drainOnSignal(app: FastifyInstance, readiness: Readiness, { drainNoticeMs }: Config): void {
  const drain = async (signal: string) => {
    if (readiness.isDraining) return;
    readiness.drain();
    app.log.info({ signal }, 'draining');
    await passed(drainNoticeMs);
    await app.close();
    app.log.info('drained');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void drain(signal));
}
