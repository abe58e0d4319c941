import { readJson, writeJson } from '../codec/json.ts';
import { matchRoute } from '../model/route.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { Exchange, WireRequest } from './exchange.ts';
import { faultMembers, parseJson, unserialisable } from './json-rpc.ts';
import { refusal } from './refusal.ts';
import type { BodyCodec } from './rest.ts';
import { readRest, writeRest } from './rest.ts';

const JSON_BODY: BodyCodec = {
  contentType: 'application/json',
  read: (shape, body) => readJson(shape, parseJson(body), true),
  write: (shape, value, only) => {
    const named = shape.members
      .filter((slot) => only(slot) && value[slot.name] !== undefined)
      .map((slot) => [slot.traits.jsonName ?? slot.name, writeJson(slot.shape, value[slot.name], true)]);
    return JSON.stringify(Object.fromEntries(named));
  },
  writePayload: (slot, value) => JSON.stringify(writeJson(slot.shape, value, true)),
};

/** REST with JSON bodies: Lambda, EventBridge Scheduler. */
export function restJsonExchange(model: ServiceModel, request: WireRequest): Exchange {
  const match = matchRoute(model.routes, request);
  return {
    asked: match?.route.operation.name ?? `${request.method} ${request.path}`,
    operation: match?.route.operation,
    input: () => (match === undefined ? {} : readRest(match, request, JSON_BODY)),
    malformed: unserialisable,
    invalid: (problems) => refusal(model, problems, unserialisable),
    reply: (output) =>
      match === undefined ? { status: 404, headers: {}, body: '' } : writeRest(match, output, JSON_BODY),
    fault: (fault) => ({
      status: fault.status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': fault.name },
      body: JSON.stringify(faultMembers(fault, true)),
    }),
  };
}
