import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { MalformedValue } from './codec/text.ts';

/** Reads a request's whole body. Rejects when the client goes away before its end. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('aborted')));
  });
}

/** What a body is once the codings of its transport are undone. */
export interface PlainBody {
  readonly body: Buffer;
  /** With the trailers of `aws-chunked`, and without that coding. */
  readonly headers: IncomingHttpHeaders;
  /** How the body came, if it came by `aws-chunked`. */
  readonly chunked?: Chunked;
}

/** A body in `aws-chunked`, whose chunks may be signed each for itself. */
export interface Chunked {
  /** The last one is empty. */
  readonly chunks: readonly { readonly data: Buffer; readonly signature: string | undefined }[];
  /** By their names in lower case, the signature of the trailers among them. */
  readonly trailers: Readonly<Record<string, string>>;
}

const AWS_CHUNKED = 'aws-chunked';

/**
 * Undoes `aws-chunked`, SigV4's streaming coding.
 *
 * @throws MalformedValue when a chunk is cut short
 */
export function undoChunks(headers: IncomingHttpHeaders, body: Buffer): PlainBody {
  const codings = codingsOf(headers);
  if (!codings.includes(AWS_CHUNKED)) return { headers, body };
  const chunked = dechunk(body);
  const others = codings.filter((coding) => coding !== AWS_CHUNKED).join(',');
  const plain: IncomingHttpHeaders = { ...headers, ...chunked.trailers };
  if (others === '') delete plain['content-encoding'];
  else plain['content-encoding'] = others;
  return { body: Buffer.concat(chunked.chunks.map(({ data }) => data)), headers: plain, chunked };
}

/** Undoes gzip, with which clients compress large inputs. @throws MalformedValue when it is cut short or broken */
export function undoCompression(headers: IncomingHttpHeaders, body: Buffer): Buffer {
  if (!codingsOf(headers).includes('gzip')) return body;
  try {
    return gunzipSync(body);
  } catch {
    throw new MalformedValue('The request body is not valid gzip.');
  }
}

function codingsOf(headers: IncomingHttpHeaders): string[] {
  return headers['content-encoding']?.split(/\s*,\s*/) ?? [];
}

/** `<hex size>[;chunk-signature=…]CRLF <data> CRLF … 0 CRLF [trailer: value CRLF]… CRLF` */
function dechunk(body: Buffer): Chunked {
  const chunks: Chunked['chunks'][number][] = [];
  let position = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', position);
    const line = lineEnd < 0 ? '' : body.toString('latin1', position, lineEnd);
    const size = parseInt(line, 16);
    const end = lineEnd + 2 + size;
    if (Number.isNaN(size) || end > body.length) throw new MalformedValue('The request body is cut short.');
    const signature = /;chunk-signature=([0-9a-f]+)/.exec(line)?.[1];
    chunks.push({ data: body.subarray(lineEnd + 2, end), signature });
    if (size === 0) return { chunks, trailers: trailersOf(body.toString('latin1', end)) };
    position = end + 2;
  }
}

function trailersOf(text: string): Record<string, string> {
  const lines = text.split('\r\n').map((line) => /^([^:]+):\s*(.*)$/.exec(line));
  return Object.fromEntries(
    lines.flatMap((line) => (line ? [[(line[1] ?? '').toLowerCase(), line[2] ?? '']] : [])),
  );
}
