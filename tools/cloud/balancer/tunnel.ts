import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Backend } from './targets.ts';

/**
 * Connects a client that wants another protocol (WebSocket) with a target, byte for byte from there on.
 *
 * @param headers what the target gets, without those of the upgrade
 * @param idleMs  real milliseconds without a byte in either direction, after which both are hung up on
 * @param onFirst called when the target has answered, or is gone
 */
export function tunnel(
  backend: Backend,
  request: IncomingMessage,
  client: Duplex,
  { head, headers, idleMs, onFirst, onEnd }: TunnelOptions,
): void {
  const port = backend.isReachable ? backend.port : undefined;
  if (port === undefined) {
    client.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    onFirst(false);
    onEnd();
    return;
  }
  const target = connect(port, '127.0.0.1');
  const end = () => {
    if (!backend.tunnels.delete(end)) return;
    target.destroy();
    client.destroy();
    onFirst(false);
    onEnd();
  };
  backend.tunnels.add(end);
  client.on('error', end).on('close', end);
  // A target that has said its last leaves the client time to read it.
  target.on('error', end).on('close', () => {
    if (!target.readableEnded) end();
    // Nobody reads it any more: its end would go unnoticed.
    else client.end().resume();
  });
  target.setTimeout(idleMs, end);
  client.on('data', () => target.setTimeout(idleMs));
  target.once('data', () => onFirst(true));
  target.write(`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1\r\n${lines(headers)}`);
  target.write(`Connection: Upgrade\r\nUpgrade: ${request.headers.upgrade ?? ''}\r\n\r\n`);
  target.write(head);
  client.pipe(target).pipe(client);
}

export interface TunnelOptions {
  readonly head: Buffer;
  readonly headers: readonly string[];
  readonly idleMs: number;
  /** May be called more than once; the first counts. */
  readonly onFirst: (isThere: boolean) => void;
  /** Called once, when it is over. */
  readonly onEnd: () => void;
}

function lines(headers: readonly string[]): string {
  let text = '';
  for (let index = 0; index < headers.length; index += 2)
    text += `${headers[index] ?? ''}: ${headers[index + 1] ?? ''}\r\n`;
  return text;
}
