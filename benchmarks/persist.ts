import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../tools/cloud/cloud.ts';
import { startCloud } from '../tools/cloud/cloud.ts';
import { InputLog } from '../tools/cloud/persistence/input-log.ts';
import { capture } from './capture.ts';
import { hammer, SENT } from './hammer.ts';

const SETTINGS = { seed: 1, start: Date.UTC(2026, 0, 5), region: 'eu-central-1', enforceIam: true };

export interface PersistCost {
  /** PutItem, over HTTP. */
  readonly requestsPerSecond: number;
  readonly persistedRequestsPerSecond: number;
  readonly bytesPerRequest: number;
  /** Inputs that a restart plays again in a second. */
  readonly replayedPerSecond: number;
}

/** What `--persist` costs: each write waits for the disk, shared with whoever else waits. */
export async function persistCosts(): Promise<PersistCost[]> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  try {
    const path = join(folder, 'cloud.log');
    const requestsPerSecond = await writes(await startCloud(SETTINGS));
    const persistedRequestsPerSecond = await writes(await startCloud({ log: new InputLog(path, SETTINGS) }));
    const bytesPerRequest = statSync(path).size / SENT;
    const started = performance.now();
    const again = await startCloud({ log: new InputLog(path, SETTINGS) });
    const replayedPerSecond = again.replayed.inputs / ((performance.now() - started) / 1000);
    await again.close();
    return [{ requestsPerSecond, persistedRequestsPerSecond, bytesPerRequest, replayedPerSecond }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writes(cloud: Cloud): Promise<number> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDB({ endpoint: cloud.endpoint, region: 'eu-central-1', credentials });
  await client.createTable({
    TableName: 'items',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await cloud.clock.runUntil(cloud.clock.now() + 60_000);
  const Item = { id: { S: '1' }, name: { S: 'one' }, count: { N: '1' } };
  const speed = await hammer(await capture(client, (sdk) => sdk.putItem({ TableName: 'items', Item })));
  client.destroy();
  await cloud.close();
  return speed;
}
