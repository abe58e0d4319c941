import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeeded } from '../../conformance/install/command.ts';
import type { Authority } from './authority.ts';

export const REGION = 'eu-central-1';

export interface AccessKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface Aws {
  /** The names by which instances know it. */
  readonly hosts: readonly string[];
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * What a booting instance fetches from AWS, at AWS's own names, by TLS: RDS's authorities, the SSM agent (a package of
 * its name that does nothing), and Secrets Manager, which is the local cloud's if `cloud` says where.
 */
export async function serveAws({
  address,
  web,
  database,
  cloud,
}: {
  address: string;
  web: Authority;
  database: Authority;
  cloud?: Answer;
}): Promise<Aws> {
  const bucket = `s3.${REGION}.amazonaws.com`;
  const answers: Record<string, Answer> = {
    'truststore.pki.rds.amazonaws.com': (_, response) => response.end(readFileSync(database.certificate)),
    [bucket]: await agentPackage(),
    [`secretsmanager.${REGION}.amazonaws.com`]: cloud ?? ((_, response) => response.writeHead(503).end()),
  };
  const hosts = Object.keys(answers);
  const { certificate, key } = await web.certify('aws', hosts);
  const server = createHttps(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    (request, response) => {
      const answer = answers[request.headers.host ?? ''];
      if (answer === undefined) response.writeHead(421).end();
      else answer(request, response);
    },
  );
  await listening(server, 443, address);
  return { hosts, close: () => closed(server) };
}

async function agentPackage(): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-'));
  try {
    const files = {
      'DEBIAN/control':
        'Package: amazon-ssm-agent\nVersion: 3.3\nArchitecture: all\nMaintainer: none\nDescription: Stands in\n',
      'lib/systemd/system/amazon-ssm-agent.service':
        '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n',
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, 'tree', name, '..'), { recursive: true });
      writeFileSync(join(folder, 'tree', name), text);
    }
    await succeeded('dpkg-deb', ['--build', '--root-owner-group', join(folder, 'tree'), join(folder, 'deb')]);
    const deb = readFileSync(join(folder, 'deb'));
    return ({ url = '' }, response) => {
      const known = new RegExp(`^/amazon-ssm-${REGION}/latest/debian_(amd64|arm64)/amazon-ssm-agent.deb$`);
      if (known.test(url)) response.end(deb);
      else response.writeHead(404).end();
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The instance metadata service, version 2 only, with the keys of the instance's role. */
export async function serveMetadata(address: string, port: number, keys: AccessKeys): Promise<Server> {
  const role = '/latest/meta-data/iam/security-credentials/';
  const answers: Record<string, string> = {
    [role]: 'wordpress',
    [`${role}wordpress`]: JSON.stringify({
      Code: 'Success',
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey,
      Token: keys.sessionToken,
    }),
  };
  const server = createHttp((request, response) => {
    const { method, url = '', headers } = request;
    if (
      method === 'PUT' &&
      url === '/latest/api/token' &&
      headers['x-aws-ec2-metadata-token-ttl-seconds'] !== undefined
    )
      response.end('a-token');
    else if (headers['x-aws-ec2-metadata-token'] !== 'a-token') response.writeHead(401).end();
    else if (answers[url] === undefined) response.writeHead(404).end();
    else response.end(answers[url]);
  });
  await listening(server, port, address);
  return server;
}

const listening = (server: Server, port: number, address: string) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });

export const closed = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) (server as ReturnType<typeof createHttp>).closeAllConnections();
  });
