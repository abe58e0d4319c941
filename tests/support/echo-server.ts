/**
 * A server for tests of real instances. It tells who it is and what it was asked; `/slow?ms=N` takes its time,
 * `/never` does not answer, `/cut` hangs up in the middle, `/unready` and `/ready!` say what `/ready` answers from then on.
 * Upgrades are echoed. SIGTERM: it finishes what it has.
 */
import { createServer, get } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

let readiness = 200;
const identity = await metadata('instance-id').catch(() => 'nobody');

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => answer(url, request, response, Buffer.concat(chunks).toString()));
});

function answer(url: URL, request: IncomingMessage, response: ServerResponse, body: string): void {
  switch (url.pathname) {
    case '/ready':
      response.writeHead(readiness).end();
      return;
    case '/unready':
      readiness = 503;
      break;
    case '/ready!':
      readiness = 200;
      break;
    case '/exit':
      process.exit(1);
    case '/never':
      return;
    case '/cut':
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
      return;
    case '/status':
      response.writeHead(Number(url.searchParams.get('of'))).end();
      return;
  }
  const reply = () => {
    response.writeHead(200, {
      'content-type': 'application/json',
      connection: 'x-private',
      'x-private': 'none of yours',
    });
    response.end(
      JSON.stringify({ identity, method: request.method, url: request.url, headers: request.headers, body }),
    );
  };
  setTimeout(reply, Number(url.searchParams.get('ms') ?? 0));
}

server.on('upgrade', (_, socket, head: Buffer) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
  socket.write(head);
  socket.pipe(socket);
});

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

async function metadata(path: string): Promise<string> {
  const endpoint = process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? '';
  const token = await fetch(`${endpoint}/latest/api/token`, {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
  });
  const headers = { 'x-aws-ec2-metadata-token': await token.text() };
  return new Promise((resolve, reject) => {
    get(`${endpoint}/latest/meta-data/${path}`, { headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}
