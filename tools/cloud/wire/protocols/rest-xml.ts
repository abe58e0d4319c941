import { AwsError } from '../../kernel/index.ts';
import { parseXml, readXml } from '../codec/xml-reader.ts';
import { element, escapeXml, writeElement, writeMembers } from '../codec/xml-writer.ts';
import type { Slot } from '../model/schema.ts';
import { matchRoute } from '../model/route.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { Exchange, Fault, WireReply, WireRequest } from './exchange.ts';
import { refusal } from './refusal.ts';
import type { BodyCodec } from './rest.ts';
import { readRest, writeRest } from './rest.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

function xmlBody(model: ServiceModel): BodyCodec {
  const namespace = ` xmlns="${model.xmlNamespace}"`;
  return {
    contentType: 'application/xml',
    read: (shape, body) => readXml(shape, parseXml(body.toString())),
    write: (shape, value, only) => {
      const root = shape.traits.xmlName ?? shape.name;
      const members = writeMembers(shape, value, only);
      return (
        DECLARATION +
        (members.startsWith(`<${root}>`)
          ? unwrapped(members, root, namespace)
          : element(root, members, namespace))
      );
    },
    writePayload: (slot, value) =>
      DECLARATION + writeElement(payloadName(slot), slot.shape, value, namespace),
  };
}

/** Where the root has the name of its one member (GetBucketLocation), S3 writes it once, with the member's text. */
function unwrapped(member: string, root: string, namespace: string): string {
  return `<${root}${namespace}${member.slice(root.length + 1)}`;
}

function payloadName(slot: Slot): string {
  return slot.traits.xmlName ?? (slot.shape.kind === 'structure' ? slot.shape.name : slot.name);
}

/** REST with XML bodies: S3. */
export function restXmlExchange(model: ServiceModel, request: WireRequest): Exchange {
  const match = matchRoute(model.routes, request);
  const codec = xmlBody(model);
  return {
    asked: match?.route.operation.name ?? `${request.method} ${request.path}`,
    operation: match?.route.operation,
    input: () => (match === undefined ? {} : readRest(match, request, codec)),
    malformed,
    invalid: (problems) => refusal(model, problems, malformed),
    reply: (output) =>
      match === undefined ? { status: 404, headers: {}, body: '' } : partial(writeRest(match, output, codec)),
    fault: (fault) => xmlFault(request, fault),
  };
}

function malformed(message: string): AwsError {
  return new AwsError(message.startsWith('The XML') ? 'MalformedXML' : 'InvalidArgument', message);
}

/** A reply that says which range it holds is a partial one (RFC 9110, 15.3.7); S3's model does not say so. */
function partial(reply: WireReply): WireReply {
  return 'content-range' in reply.headers ? { ...reply, status: 206 } : reply;
}

function xmlFault(request: WireRequest, fault: Fault): WireReply {
  const details = fault.model === undefined ? '' : writeMembers(fault.model.shape, fault.fields);
  const error =
    element('Code', escapeXml(fault.code)) +
    element('Message', escapeXml(fault.message)) +
    details +
    element('Resource', escapeXml(request.path)) +
    element('RequestId', request.id);
  const hasBody = request.method !== 'HEAD' && fault.status !== 304;
  return {
    status: fault.status,
    headers: { 'content-type': 'application/xml' },
    body: hasBody ? DECLARATION + element('Error', error) : '',
  };
}
