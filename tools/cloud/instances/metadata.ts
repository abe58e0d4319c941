import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccessKeys } from '../kernel/index.ts';
import type { InstanceRecord } from '../services/ec2/api.ts';

/** What an instance's metadata service tells beside what the instance itself knows. */
export interface MetadataSource {
  readonly instance: InstanceRecord;
  readonly region: string;
  /** The name of the role, and keys of it; undefined without an instance profile. */
  readonly role: () => { readonly name: string; readonly keys: AccessKeys } | undefined;
}

export interface MetadataService {
  /** What goes into `AWS_EC2_METADATA_SERVICE_ENDPOINT`. */
  readonly endpoint: string;
  close(): void;
}

const TOKEN_PATH = '/latest/api/token';
const CREDENTIALS = '/latest/meta-data/iam/security-credentials/';
/** Keys hold until the instance ends; by the machine's clock, clients ask anew some time before this has passed. */
const KEYS_SEEM_TO_HOLD_MS = 6 * 3_600_000;

/**
 * Version 2 of the instance metadata service, as far as applications ask it: who and where the instance is, and keys of
 * its role. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export async function serveMetadata(source: MetadataSource): Promise<MetadataService> {
  const token = Buffer.from(`token of ${source.instance.id}`).toString('base64');
  const server = createServer((request, response) => {
    // Clients that put a slash too many before the path are answered all the same.
    const path = request.url?.replace(/^\/+/, '/') ?? '';
    if (path === TOKEN_PATH) giveToken(request, response, token);
    else if (request.headers['x-aws-ec2-metadata-token'] !== token) response.writeHead(401).end();
    else answer(response, textAt(path, source));
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function giveToken({ method, headers }: IncomingMessage, response: ServerResponse, token: string): void {
  const seconds = Number(headers['x-aws-ec2-metadata-token-ttl-seconds']);
  if (method !== 'PUT') response.writeHead(405).end();
  else if (!(seconds >= 1 && seconds <= 21_600)) response.writeHead(400).end();
  else {
    response.setHeader('x-aws-ec2-metadata-token-ttl-seconds', String(seconds));
    response.end(token);
  }
}

function answer(response: ServerResponse, text: string | undefined): void {
  if (text === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
}

function textAt(path: string, { instance, region, role }: MetadataSource): string | undefined {
  switch (path) {
    case '/latest/meta-data/instance-id':
      return instance.id;
    case '/latest/meta-data/instance-type':
      return instance.instanceType;
    case '/latest/meta-data/ami-id':
      return instance.imageId;
    case '/latest/meta-data/local-ipv4':
      return instance.privateIp;
    case '/latest/meta-data/placement/availability-zone':
      return instance.zone;
    case '/latest/meta-data/placement/region':
      return region;
    default:
      return path.startsWith(CREDENTIALS) ? credentials(path.slice(CREDENTIALS.length), role()) : undefined;
  }
}

function credentials(name: string, role: ReturnType<MetadataSource['role']>): string | undefined {
  if (role === undefined) return undefined;
  if (name === '') return role.name;
  if (name !== role.name) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken } = role.keys;
  return JSON.stringify({
    Code: 'Success',
    Type: 'AWS-HMAC',
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    LastUpdated: new Date().toISOString(),
    Expiration: new Date(Date.now() + KEYS_SEEM_TO_HOLD_MS).toISOString(),
  });
}
