/** Headers as they come over the wire: names and values in turn. */
export type RawHeaders = readonly string[];

/** Those that speak of one connection, and go no further (RFC 9110, 7.6.1). `expect` is answered where it comes in. */
const OF_A_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

const FORWARDED: ReadonlySet<string> = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port']);

/** What the load balancer knows of a request. */
export interface Arrival {
  readonly clientAddress: string;
  /** `http`, `https` */
  readonly protocol: string;
  readonly port: number;
  /** `append`, `preserve`, `remove`: `routing.http.xff_header_processing.mode`. */
  readonly forwardedFor: string;
  readonly traceId: string;
}

/**
 * The headers that a target gets: the client's own, and what the load balancer says of it.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
export function toTarget(raw: RawHeaders, arrival: Arrival): string[] {
  const headers: string[] = [];
  let forwardedFor = '';
  let trace: string | undefined;
  const named = namesInConnection(raw);
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'x-forwarded-for') forwardedFor = forwardedFor === '' ? value : `${forwardedFor}, ${value}`;
    else if (lower === 'x-amzn-trace-id') trace = value;
    else if (!OF_A_CONNECTION.has(lower) && !FORWARDED.has(lower) && !named.has(lower))
      headers.push(name, value);
  }
  const told = forwardedForOf(forwardedFor, arrival);
  if (told !== '') headers.push('X-Forwarded-For', told);
  headers.push('X-Forwarded-Proto', arrival.protocol, 'X-Forwarded-Port', String(arrival.port));
  headers.push('X-Amzn-Trace-Id', traced(trace, arrival.traceId));
  return headers;
}

/** The headers that a client gets. */
export function toClient(raw: RawHeaders): string[] {
  const headers: string[] = [];
  const named = namesInConnection(raw);
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (!OF_A_CONNECTION.has(lower) && !named.has(lower)) headers.push(name, raw[index + 1] ?? '');
  }
  return headers;
}

const NONE: ReadonlySet<string> = new Set();

/** What `Connection` names goes no further either. */
function namesInConnection(raw: RawHeaders): ReadonlySet<string> {
  for (let index = 0; index < raw.length; index += 2) {
    if (raw[index]?.toLowerCase() !== 'connection') continue;
    const value = raw[index + 1]?.toLowerCase() ?? '';
    if (value !== 'keep-alive' && value !== 'close')
      return new Set(value.split(',').map((name) => name.trim()));
  }
  return NONE;
}

function forwardedForOf(given: string, { forwardedFor, clientAddress }: Arrival): string {
  if (forwardedFor === 'remove') return '';
  if (forwardedFor === 'preserve') return given;
  return given === '' ? clientAddress : `${given}, ${clientAddress}`;
}

/** A trace that came along stays; the load balancer adds a part of its own where it has a root. */
function traced(given: string | undefined, own: string): string {
  if (given === undefined) return `Root=${own}`;
  return given.includes('Root=') ? `Self=${own};${given}` : `${given};Root=${own}`;
}
