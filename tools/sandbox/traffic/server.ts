/**
 * What an instance of the scenario `traffic` runs: as little as shows what becomes of a request. PORT, HOST.
 *
 *   GET  /          a page, at once
 *   GET  /slow      a page, when `seconds` of the cloud's time have passed
 *   POST /upload    takes what comes, and says how much it was and its CRC
 *   GET  /echo      a WebSocket that says everything back
 *   GET  /ready     200, or 503 once it drains
 *
 * SIGTERM ends it at once, as it ends most servers: what is under way then is lost. Before that, SIGUSR2 takes it out of
 * service; once nothing is under way any more, it says so into $EVENKEEL_ROOT/run/idle, for the agent's hook that waits.
 */
import { writeFile, writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { WebSocketServer } from 'ws';
import { PAGE } from './page.ts';

const {
  HOST = '127.0.0.1',
  PORT = '0',
  AWS_ENDPOINT_URL: cloud = '',
  EVENKEEL_ROOT: root = '',
} = process.env;

/** Longer than the load balancer keeps an idle connection: the other way round it would use one that has just been closed. */
const KEPT_MS = 75_000;

let underWay = 0;
let drains = false;

const server = createServer({ keepAliveTimeout: KEPT_MS }, (request, response) => {
  if (request.url === '/') serve(response, () => response.end(PAGE));
  else if (request.url?.startsWith('/slow?') === true) serve(response, () => sleep(request, response));
  else if (request.url === '/upload') serve(response, () => receive(request, response));
  else control(request, response);
});

/** Asked by the load balancer and by whoever runs the instance: none of it is work. */
function control({ url }: IncomingMessage, response: ServerResponse): void {
  if (url === '/ready') response.writeHead(drains ? 503 : 200).end(drains ? 'draining\n' : 'ready\n');
  else response.writeHead(404).end();
}

function serve(response: ServerResponse, answer: () => void): void {
  begin();
  response.on('close', end);
  if (drains) response.setHeader('connection', 'close');
  answer();
}

function begin(): void {
  underWay++;
}

function end(): void {
  underWay--;
  if (drains && underWay === 0) sayIdle();
}

process.on('SIGUSR2', () => {
  drains = true;
  if (underWay === 0) sayIdle();
});

function sayIdle(): void {
  writeFile(`${root}/run/idle`, 'idle\n', () => undefined);
}

/** By the cloud's clock: its time may go faster than this machine's, or stand still. */
function sleep({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const seconds = new URL(url, 'http://localhost').searchParams.get('seconds') ?? '0';
  get(`${cloud}/_cloud/sleep?seconds=${seconds}`, (slept) => {
    slept.resume().on('end', () => response.end(PAGE));
  }).on('error', () => response.destroy());
}

function receive(request: IncomingMessage, response: ServerResponse): void {
  let bytes = 0;
  let sum = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    sum = crc32(chunk, sum);
  });
  request.on('end', () => response.end(`${bytes} ${sum}`));
}

const sockets = new WebSocketServer({ server, path: '/echo', perMessageDeflate: false });
sockets.on('connection', (socket) => {
  begin();
  socket.on('close', end).on('error', () => socket.terminate());
  socket.on('message', (data: Buffer, isBinary: boolean) => socket.send(data, { binary: isBinary }));
});

server.listen(Number(PORT), HOST, () => {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(`${root}/run/server.pid`, `${process.pid}\n`);
  process.stdout.write(`listens on ${address}\n`);
});
