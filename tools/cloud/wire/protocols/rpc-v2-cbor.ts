import { decodeCbor, encodeCbor } from '../codec/cbor.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { Exchange, Fault, WireRequest } from './exchange.ts';
import { queryErrorHeader, unserialisable } from './json-rpc.ts';
import { refusal } from './refusal.ts';

const HEADERS = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };

/** Smithy's RPC v2 with CBOR: `POST /service/GraniteServiceVersion20100801/operation/PutMetricData`. */
export function rpcV2CborExchange(model: ServiceModel, request: WireRequest): Exchange {
  const asked = /\/operation\/([^/]+)$/.exec(request.path)?.[1] ?? '';
  const operation = model.operations.get(asked);
  return {
    asked,
    operation,
    // CBOR has dates and bytes of its own: nothing is left to be read by the schema.
    input: () => (request.body.length === 0 ? {} : decodeCbor(request.body)),
    malformed: unserialisable,
    invalid: (problems) => refusal(model, problems, unserialisable),
    reply: (output) => ({ status: 200, headers: HEADERS, body: encodeCbor(output) }),
    fault: (fault) => ({
      status: fault.status,
      headers: { ...HEADERS, ...queryErrorHeader(model, fault) },
      body: encodeCbor(faultBody(model, fault)),
    }),
  };
}

function faultBody(model: ServiceModel, { name, message, fields }: Fault): object {
  return { __type: `${model.namespace}#${name}`, message, ...fields };
}
