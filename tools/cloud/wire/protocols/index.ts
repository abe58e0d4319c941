import type { ServiceModel } from '../model/service-model.ts';
import type { Exchange, WireRequest } from './exchange.ts';
import { headerOf } from './exchange.ts';
import { jsonRpcExchange } from './json-rpc.ts';
import { queryExchange } from './query.ts';
import { restJsonExchange } from './rest-json.ts';
import { restXmlExchange } from './rest-xml.ts';
import { rpcV2CborExchange } from './rpc-v2-cbor.ts';

/** The forms of requests and replies. */
export type Form = 'cbor' | 'json' | 'rest-xml' | 'rest-json' | 'query' | 'ec2-query';

/**
 * The form a request is written in, which need not be the one its service prefers: older clients speak Query to
 * CloudWatch and SQS.
 */
export function formOf(model: ServiceModel, request: WireRequest): Form {
  if (headerOf(request, 'smithy-protocol') === 'rpc-v2-cbor') return 'cbor';
  if (headerOf(request, 'x-amz-target') !== undefined) return 'json';
  if (model.protocol === 'restXml') return 'rest-xml';
  if (model.protocol === 'restJson1') return 'rest-json';
  return model.protocol === 'ec2Query' ? 'ec2-query' : 'query';
}

const EXCHANGES: Readonly<Record<Form, (model: ServiceModel, request: WireRequest) => Exchange>> = {
  cbor: rpcV2CborExchange,
  json: jsonRpcExchange,
  'rest-xml': restXmlExchange,
  'rest-json': restJsonExchange,
  query: queryExchange,
  'ec2-query': queryExchange,
};

export function openExchange(model: ServiceModel, request: WireRequest): Exchange {
  return EXCHANGES[formOf(model, request)](model, request);
}
