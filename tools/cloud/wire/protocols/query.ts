import { AwsError } from '../../kernel/index.ts';
import { parseForm, readForm } from '../codec/form.ts';
import { element, escapeXml, writeMembers } from '../codec/xml-writer.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { Exchange, Fault, WireReply, WireRequest } from './exchange.ts';
import { refusal } from './refusal.ts';

const XML = { 'content-type': 'text/xml;charset=utf-8' };

/** AWS Query and EC2 Query: a form in, XML out. */
export function queryExchange(model: ServiceModel, request: WireRequest): Exchange {
  const form = parseForm(request.body.length > 0 ? request.body.toString() : request.query.toString());
  const asked = form.children?.get('Action')?.value ?? '';
  const operation = model.operations.get(asked);
  const isEc2 = model.protocol === 'ec2Query';
  const malformed = (message: string) =>
    new AwsError(isEc2 ? 'InvalidParameterValue' : 'MalformedInput', message);
  return {
    asked,
    operation,
    input: () =>
      operation === undefined || operation.input.kind === 'unit'
        ? {}
        : readForm(operation.input, form, isEc2 ? 'ec2Query' : 'awsQuery'),
    malformed,
    invalid: (problems) => refusal(model, problems, malformed),
    reply: (output) =>
      (isEc2 ? ec2Reply : queryReply)(model, request, asked, outputXml(model, asked, output)),
    fault: (fault) => (isEc2 ? ec2Fault(request, fault) : queryFault(model, request, fault)),
  };
}

function outputXml(
  model: ServiceModel,
  name: string,
  output: Readonly<Record<string, unknown>>,
): string | undefined {
  const shape = model.operations.get(name)?.output;
  return shape?.kind === 'structure' ? writeMembers(shape, output) : undefined;
}

/** `<XResponse><XResult>…</XResult><ResponseMetadata>…` */
function queryReply(
  model: ServiceModel,
  { id }: WireRequest,
  name: string,
  members: string | undefined,
): WireReply {
  const result = members === undefined ? '' : element(`${name}Result`, members);
  const metadata = element('ResponseMetadata', element('RequestId', id));
  const body = element(`${name}Response`, result + metadata, ` xmlns="${model.xmlNamespace}"`);
  return { status: 200, headers: XML, body };
}

/** EC2 puts the members directly under `<XResponse>`. */
function ec2Reply(
  model: ServiceModel,
  { id }: WireRequest,
  name: string,
  members: string | undefined,
): WireReply {
  const content = element('requestId', id) + (members ?? element('return', 'true'));
  return {
    status: 200,
    headers: XML,
    body: element(`${name}Response`, content, ` xmlns="${model.xmlNamespace}"`),
  };
}

function queryFault(model: ServiceModel, { id }: WireRequest, fault: Fault): WireReply {
  const shape = fault.model?.shape;
  const details =
    shape === undefined ? '' : writeMembers(shape, fault.fields, ({ name }) => !/^message$/i.test(name));
  const error =
    element('Type', fault.side === 'server' ? 'Receiver' : 'Sender') +
    element('Code', escapeXml(fault.code)) +
    element('Message', escapeXml(fault.message)) +
    details;
  const body = element(
    'ErrorResponse',
    element('Error', error) + element('RequestId', id),
    ` xmlns="${model.xmlNamespace}"`,
  );
  return { status: fault.status, headers: XML, body };
}

function ec2Fault({ id }: WireRequest, fault: Fault): WireReply {
  const error = element('Code', escapeXml(fault.code)) + element('Message', escapeXml(fault.message));
  const body = element('Response', element('Errors', element('Error', error)) + element('RequestID', id));
  return { status: fault.status, headers: XML, body };
}
