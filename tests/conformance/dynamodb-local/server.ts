import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { javaLibraries } from '../install/jars.ts';

export interface DynamoDbLocal {
  readonly client: DynamoDB;
  close(): void;
}

export function clientOf(endpoint: string): DynamoDB {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new DynamoDB({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
}

/** Starts AWS's own DynamoDB Local, with nothing in it. */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const folder = await javaLibraries();
  const port = await freePort();
  const child = spawn(
    'java',
    [
      `-Dsqlite4java.library.path=${folder}`,
      '-cp',
      join(folder, '*'),
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { stdio: 'ignore' },
  );
  const client = clientOf(`http://127.0.0.1:${port}`);
  await untilAnswering(client);
  return {
    client,
    close: () => {
      client.destroy();
      child.kill();
    },
  };
}

/** Taken for a moment by a server of ours. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** It says nothing on which one could wait, so it is asked until it answers. @throws Error after a minute */
async function untilAnswering(client: DynamoDB): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    try {
      await client.listTables();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  throw new Error('DynamoDB Local did not start');
}
