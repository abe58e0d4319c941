import type { ServiceModel } from '../model/service-model.ts';
import type { Exchange, WireRequest } from './exchange.ts';
import { headerOf } from './exchange.ts';
import { jsonRpcExchange } from './json-rpc.ts';
import { queryExchange } from './query.ts';
import { restJsonExchange } from './rest-json.ts';
import { restXmlExchange } from './rest-xml.ts';
import { rpcV2CborExchange } from './rpc-v2-cbor.ts';

/**
 * Opens an exchange in the protocol the request is written in, which need not be the one its service prefers:
 * older clients speak Query to CloudWatch and SQS.
 */
export function openExchange(model: ServiceModel, request: WireRequest): Exchange {
  if (headerOf(request, 'smithy-protocol') === 'rpc-v2-cbor') return rpcV2CborExchange(model, request);
  if (headerOf(request, 'x-amz-target') !== undefined) return jsonRpcExchange(model, request);
  if (model.protocol === 'restXml') return restXmlExchange(model, request);
  if (model.protocol === 'restJson1') return restJsonExchange(model, request);
  return queryExchange(model, request);
}
