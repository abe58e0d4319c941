import type { Shape, Slot, StructureShape } from '../model/schema.ts';
import type { RouteMatch } from '../model/route.ts';
import { isMembers } from '../codec/json.ts';
import { MalformedValue, fromText, toText } from '../codec/text.ts';
import type { WireReply, WireRequest } from './exchange.ts';
import { headerOf } from './exchange.ts';

type Members = Readonly<Record<string, unknown>>;

/** How a REST protocol writes bodies. */
export interface BodyCodec {
  readonly contentType: string;
  /** @throws MalformedValue */
  read(shape: Shape, body: Buffer): unknown;
  /** The members of `shape` that `only` accepts. */
  write(shape: StructureShape, value: Members, only: (slot: Slot) => boolean): string;
  /** A structure that is the whole body. */
  writePayload(slot: Slot, value: unknown): string;
}

/** Reads an input from path, query, headers and body. @throws MalformedValue */
export function readRest(match: RouteMatch, request: WireRequest, codec: BodyCodec): Members {
  const shape = match.route.operation.input;
  if (shape.kind !== 'structure') return {};
  const input: Record<string, unknown> = {};
  for (const slot of shape.members) {
    const value = readBound(slot, match, request);
    if (value !== undefined) input[slot.name] = value;
  }
  return request.body.length > 0 ? { ...input, ...readBody(shape, request.body, codec) } : input;
}

/** A member that stands outside the body. */
function readBound(slot: Slot, { labels }: RouteMatch, request: WireRequest): unknown {
  const { traits, shape, name } = slot;
  if (traits.httpLabel) {
    return labels[name] === undefined ? undefined : fromText(shape, decoded(labels[name]), name);
  }
  if (traits.httpQuery !== undefined) return readQuery(slot, request.query.getAll(traits.httpQuery));
  if (traits.httpHeader !== undefined)
    return readHeader(slot, headerOf(request, traits.httpHeader.toLowerCase()));
  if (traits.httpPrefixHeaders !== undefined) return readPrefixed(traits.httpPrefixHeaders, request);
  return undefined;
}

function decoded(label: string): string {
  try {
    return decodeURIComponent(label);
  } catch {
    throw new MalformedValue("Couldn't parse the specified URI.");
  }
}

function readQuery({ shape, name }: Slot, values: readonly string[]): unknown {
  const [first] = values;
  if (first === undefined) return undefined;
  if (shape.kind !== 'list') return fromText(shape, first, name);
  const { shape: member } = shape.member;
  return values.map((value) => fromText(member, value, name));
}

function readHeader({ shape, name }: Slot, value: string | undefined): unknown {
  if (value === undefined) return undefined;
  if (shape.kind !== 'list') return fromText(shape, value, name);
  const { shape: member } = shape.member;
  return value.split(/\s*,\s*/).map((item) => fromText(member, item, name));
}

function readPrefixed(prefix: string, request: WireRequest): unknown {
  const found = Object.keys(request.headers).filter((name) => name.startsWith(prefix.toLowerCase()));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map((name) => [name.slice(prefix.length), headerOf(request, name)]));
}

function readBody(shape: StructureShape, body: Buffer, codec: BodyCodec): Members {
  const payload = shape.members.find((slot) => slot.traits.httpPayload);
  if (payload === undefined) return readBodyMembers(shape, body, codec);
  if (payload.shape.kind === 'blob') return { [payload.name]: body };
  if (payload.shape.kind === 'string') return { [payload.name]: body.toString() };
  return { [payload.name]: codec.read(payload.shape, body) };
}

function readBodyMembers(shape: StructureShape, body: Buffer, codec: BodyCodec): Members {
  const inBody = new Set(shape.members.filter(isInBody).map(({ name }) => name));
  const read = (inBody.size > 0 ? codec.read(shape, body) : undefined) ?? {};
  if (!isMembers(read)) throw new MalformedValue('The request body is not a structure.');
  return Object.fromEntries(Object.entries(read).filter(([name]) => inBody.has(name)));
}

/** Writes an output as status, headers and body. */
export function writeRest(match: RouteMatch, output: Members, codec: BodyCodec): WireReply {
  const shape = match.route.operation.output;
  let status = match.route.status;
  if (shape.kind !== 'structure') return { status, headers: {}, body: '' };
  const headers: Record<string, string> = {};
  for (const slot of shape.members) {
    const value = output[slot.name];
    if (value === undefined || value === null) continue;
    if (slot.traits.httpResponseCode) status = Number(value);
    else writeHeaders(slot, value, headers);
  }
  const { body, type } = writeBody(shape, output, codec);
  return { status, headers: { 'content-type': type, ...headers }, body };
}

function writeHeaders({ traits, shape }: Slot, value: unknown, headers: Record<string, string>): void {
  const { httpHeader, httpPrefixHeaders } = traits;
  if (httpHeader !== undefined) headers[httpHeader.toLowerCase()] = headerText(shape, value);
  if (httpPrefixHeaders === undefined) return;
  for (const [name, item] of Object.entries(value as Members)) {
    headers[(httpPrefixHeaders + name).toLowerCase()] = String(item);
  }
}

function headerText(shape: Shape, value: unknown): string {
  if (shape.kind !== 'list') return toText(shape, value, 'http-date');
  const { shape: member } = shape.member;
  return (value as unknown[]).map((item) => toText(member, item, 'http-date')).join(', ');
}

function writeBody(
  shape: StructureShape,
  output: Members,
  codec: BodyCodec,
): Pick<WireReply, 'body'> & { type: string } {
  const payload = shape.members.find((slot) => slot.traits.httpPayload);
  if (payload !== undefined) return writePayload(payload, output[payload.name], codec);
  const hasBody = shape.members.some(isInBody);
  return { type: codec.contentType, body: hasBody ? codec.write(shape, output, isInBody) : '' };
}

function writePayload(
  slot: Slot,
  value: unknown,
  codec: BodyCodec,
): Pick<WireReply, 'body'> & { type: string } {
  if (value === undefined || value === null) return { type: codec.contentType, body: '' };
  if (slot.shape.kind === 'blob' || slot.shape.kind === 'string') {
    return { type: 'application/octet-stream', body: value as string | Uint8Array };
  }
  return { type: codec.contentType, body: codec.writePayload(slot, value) };
}

function isInBody({ traits }: Slot): boolean {
  return (
    traits.httpLabel === undefined &&
    traits.httpQuery === undefined &&
    traits.httpQueryParams === undefined &&
    traits.httpHeader === undefined &&
    traits.httpPrefixHeaders === undefined &&
    traits.httpResponseCode === undefined
  );
}
