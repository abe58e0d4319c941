import { AwsError } from '../../kernel/index.ts';
import { readJson, writeJson } from '../codec/json.ts';
import { MalformedValue } from '../codec/text.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { Exchange, Fault, WireReply, WireRequest } from './exchange.ts';
import { headerOf } from './exchange.ts';
import { refusal } from './refusal.ts';

/** AWS JSON 1.0 and 1.1: the operation in `x-amz-target`, JSON both ways. */
export function jsonRpcExchange(model: ServiceModel, request: WireRequest): Exchange {
  const asked = headerOf(request, 'x-amz-target')?.split('.').at(-1) ?? '';
  const operation = model.operations.get(asked);
  const headers = { 'content-type': jsonVersion(request) };
  return {
    asked,
    operation,
    input: () => (operation === undefined ? {} : (readJson(operation.input, parseJson(request.body)) ?? {})),
    malformed: unserialisable,
    invalid: (problems) => refusal(model, problems, unserialisable),
    reply: (output) => ({
      status: 200,
      headers,
      body: JSON.stringify(operation === undefined ? {} : writeOutput(operation.output, output)),
    }),
    fault: (fault) => jsonFault(model, fault, headers),
  };
}

/** As the client wrote it: that need not be the version its service prefers. */
function jsonVersion(request: WireRequest): string {
  const type = headerOf(request, 'content-type') ?? '';
  return /^application\/x-amz-json-1\.[01]$/.test(type) ? type : 'application/x-amz-json-1.0';
}

function writeOutput(
  shape: Parameters<typeof writeJson>[0],
  output: Readonly<Record<string, unknown>>,
): unknown {
  return shape.kind === 'unit' ? {} : writeJson(shape, output);
}

/** @throws MalformedValue when it is not JSON */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new MalformedValue('The request body is not valid JSON.');
  }
}

/** The JSON and CBOR protocols' error for bodies that cannot be read. */
export function unserialisable(message: string): AwsError {
  return new AwsError('SerializationException', message);
}

function jsonFault(model: ServiceModel, fault: Fault, headers: Readonly<Record<string, string>>): WireReply {
  const body = { __type: `${model.namespace}#${fault.name}`, ...faultMembers(fault, false) };
  return {
    status: fault.status,
    headers: { ...headers, ...queryErrorHeader(model, fault) },
    body: JSON.stringify(body),
  };
}

/** What clients that once spoke Query know the error by. */
export function queryErrorHeader(model: ServiceModel, fault: Fault): Readonly<Record<string, string>> {
  if (!model.isQueryCompatible) return {};
  return { 'x-amzn-query-error': `${fault.code};${fault.side === 'server' ? 'Receiver' : 'Sender'}` };
}

/** An error's members, the message under the name that its model gives it. */
export function faultMembers(fault: Fault, named: boolean): Readonly<Record<string, unknown>> {
  const shape = fault.model?.shape;
  const messageName = shape?.members.find(({ name }) => /^message$/i.test(name))?.name ?? 'message';
  const fields = shape === undefined ? {} : (writeJson(shape, fault.fields, named) as object);
  return { ...fields, [messageName]: fault.message };
}
