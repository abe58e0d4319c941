import { createRequire } from 'node:module';
import type { Schema, Shape, StructureShape, Traits } from './schema.ts';
import { SchemaId, shapeOf, traitsOf } from './schema.ts';
import type { Route } from './route.ts';
import { compileRoute } from './route.ts';

/** The wire protocols of AWS, by the names of their Smithy traits. */
export type ProtocolName = 'awsQuery' | 'ec2Query' | 'awsJson1_0' | 'awsJson1_1' | 'restJson1' | 'restXml';

export interface OperationModel {
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
}

export interface ErrorModel {
  /** The shape's name: what JSON protocols put on the wire. */
  readonly name: string;
  /** What Query protocols put on the wire. */
  readonly code: string;
  readonly status: number;
  readonly fault: 'client' | 'server';
  readonly shape: StructureShape;
}

/** A service's API as its SDK client knows it. */
export interface ServiceModel {
  /** `Auto Scaling` */
  readonly id: string;
  readonly protocol: ProtocolName;
  readonly namespace: string;
  readonly xmlNamespace: string;
  /** Whether older clients still send it as Query, and newer ones want their codes (`x-amzn-query-error`). */
  readonly isQueryCompatible: boolean;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** By shape name and by code. */
  readonly errors: ReadonlyMap<string, ErrorModel>;
  /** Of REST protocols, the most specific first. */
  readonly routes: readonly Route[];
}

interface ClientConfig {
  readonly serviceId: string;
  readonly protocol: { getShapeId(): string };
  readonly protocolSettings: {
    readonly defaultNamespace: string;
    readonly xmlNamespace?: string;
    readonly awsQueryCompatible?: boolean;
  };
}

type ClientClass = new (options: object) => { readonly config: ClientConfig };

const load = createRequire(import.meta.url);
const models = new Map<string, ServiceModel>();

/**
 * Reads the model out of an SDK client package, once a process. It takes 60–190 ms, so it is done when a service
 * is first called.
 */
export function serviceModel(client: string): ServiceModel {
  const known = models.get(client);
  if (known !== undefined) return known;
  const model = readModel(load(client) as Readonly<Record<string, unknown>>);
  models.set(client, model);
  return model;
}

function readModel(exported: Readonly<Record<string, unknown>>): ServiceModel {
  const config = configOf(exported);
  const schemas = Object.values(exported).filter((value): value is unknown[] => Array.isArray(value));
  const ofKind = (id: number) => schemas.filter((schema) => schema[0] === id);
  const operations = ofKind(SchemaId.operation).map(operationOf);
  return {
    id: config.serviceId,
    protocol: config.protocol.getShapeId().replace('aws.protocols#', '') as ProtocolName,
    namespace: config.protocolSettings.defaultNamespace,
    xmlNamespace: config.protocolSettings.xmlNamespace ?? '',
    isQueryCompatible: config.protocolSettings.awsQueryCompatible ?? false,
    operations: new Map(operations.map(({ model }) => [model.name, model])),
    errors: new Map(
      ofKind(SchemaId.error)
        .map(errorOf)
        .flatMap((error) => [[error.code, error] as const, [error.name, error] as const]),
    ),
    routes: operations
      .flatMap(({ model, traits }) => (traits.http === undefined ? [] : [compileRoute(model, traits.http)]))
      .sort((a, b) => b.specificity - a.specificity),
  };
}

/** The settings of the protocol are known only to an instance of the client. */
function configOf(exported: Readonly<Record<string, unknown>>): ClientConfig {
  const name = Object.keys(exported).find((key) => /^[A-Z].*Client$/.test(key));
  const Client = exported[name ?? ''] as ClientClass;
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  return new Client({ region: 'us-east-1', endpoint: 'http://127.0.0.1', credentials }).config;
}

function operationOf(schema: readonly unknown[]): { model: OperationModel; traits: Traits } {
  const [, , name, traits, input, output] = schema;
  const model = {
    name: name as string,
    input: shapeOf(input as Schema),
    output: shapeOf(output as Schema),
  };
  return { model, traits: traitsOf(traits) };
}

function errorOf(schema: readonly unknown[]): ErrorModel {
  const shape = shapeOf(schema) as StructureShape;
  const { awsQueryError, httpError, error: fault = 'client' } = shape.traits;
  return {
    name: shape.name,
    code: awsQueryError?.[0] ?? shape.name,
    status: awsQueryError?.[1] ?? httpError ?? (fault === 'server' ? 500 : 400),
    fault,
    shape,
  };
}
