import { connect } from 'node:net';

export interface RawReply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** What came back for bytes on a socket; `hangs` when it stayed open in silence. */
export type RawOutcome = RawReply | 'closed' | 'hangs';

const PATIENCE = 10_000;

/** Writes bytes to 127.0.0.1, says that no more will come, and reads to the end. */
export function sendRaw(port: number, bytes: Buffer): Promise<RawOutcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const timer = setTimeout(() => end('hangs'), PATIENCE);
    const end = (outcome: RawOutcome) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => end(replyOf(Buffer.concat(chunks))));
    // A server that refuses may close before it has read all; what it said before counts.
    socket.on('error', () => end(replyOf(Buffer.concat(chunks))));
    socket.end(bytes);
  });
}

function replyOf(bytes: Buffer): RawOutcome {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return 'closed';
  // "100 Continue" only comes before the reply.
  if (bytes.toString('latin1', 0, 12) === 'HTTP/1.1 100') return replyOf(bytes.subarray(headEnd + 4));
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]),
    headers: new Map(headers),
    body: bytes.subarray(headEnd + 4),
  };
}
