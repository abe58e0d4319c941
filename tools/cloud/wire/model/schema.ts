/**
 * Shapes: what the AWS SDK's generated schemas say about a value, in a form that codecs can walk.
 *
 * The schemas are tuples (`@smithy/types`, `StaticSchema`): `[3, namespace, name, traits, memberNames, members,
 * required]` for a structure, `[1, …, member]` for a list, `[2, …, key, value]` for a map, `[0, …, target]` for a
 * simple type with traits of its own, and numbers for the rest.
 */
export type Shape = StructureShape | ListShape | MapShape | SimpleShape | BlobShape | TimestampShape;

export interface SimpleShape {
  readonly kind: 'string' | 'boolean' | 'number' | 'bigint' | 'bigdecimal' | 'document' | 'unit';
}

export interface BlobShape {
  readonly kind: 'blob';
}

export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';

export interface TimestampShape {
  readonly kind: 'timestamp';
  /** Undefined: as is usual where it stands in the message. */
  readonly format: TimestampFormat | undefined;
}

/** A shape where it is used, with the traits of the use and of the shape itself. */
export interface Slot {
  /** The member's name in the model; `member`, `key` and `value` in lists and maps. */
  readonly name: string;
  readonly shape: Shape;
  readonly traits: Traits;
  readonly isRequired: boolean;
}

/** The traits that matter on the wire, as the schemas write them. */
export interface Traits {
  readonly xmlName?: string;
  readonly xmlFlattened?: 1;
  readonly xmlAttribute?: 1;
  /** `[prefix, uri]` */
  readonly xmlNamespace?: readonly [string, string];
  readonly ec2QueryName?: string;
  readonly jsonName?: string;
  readonly httpLabel?: 1;
  readonly httpQuery?: string;
  readonly httpQueryParams?: 1;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpPayload?: 1;
  readonly httpResponseCode?: 1;
  readonly idempotencyToken?: 1;
  readonly sensitive?: 1;
  readonly streaming?: 1;
  /** `[method, uri, status]` of an operation. */
  readonly http?: readonly [string, string, number];
  readonly error?: 'client' | 'server';
  readonly httpError?: number;
  /** `[code, status]` on the wire of Query protocols. */
  readonly awsQueryError?: readonly [string, number];
}

export type Schema = number | string | readonly unknown[] | (() => Schema);

export class StructureShape {
  readonly kind = 'structure';
  readonly name: string;
  readonly traits: Traits;
  readonly isUnion: boolean;
  readonly #names: readonly string[];
  readonly #schemas: readonly Schema[];
  readonly #required: number;
  #members: readonly Slot[] | undefined;
  #byName: ReadonlyMap<string, Slot> | undefined;

  constructor(schema: readonly unknown[]) {
    this.name = schema[2] as string;
    this.traits = traitsOf(schema[3]);
    this.isUnion = schema[0] === SchemaId.union;
    this.#names = schema[4] as string[];
    this.#schemas = schema[5] as Schema[];
    this.#required = (schema[6] as number | undefined) ?? 0;
  }

  /** Read on first use: structures refer to one another in circles. */
  get members(): readonly Slot[] {
    this.#members ??= this.#names.map((name, i) => slotOf(name, this.#schemas[i] ?? 0, i < this.#required));
    return this.#members;
  }

  member(name: string): Slot | undefined {
    this.#byName ??= new Map(this.members.map((slot) => [slot.name, slot]));
    return this.#byName.get(name);
  }
}

export class ListShape {
  readonly kind = 'list';
  readonly #schema: Schema;
  #member: Slot | undefined;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  get member(): Slot {
    return (this.#member ??= slotOf('member', this.#schema, false));
  }
}

export class MapShape {
  readonly kind = 'map';
  readonly #schemas: readonly [Schema, Schema];
  #key: Slot | undefined;
  #value: Slot | undefined;

  constructor(key: Schema, value: Schema) {
    this.#schemas = [key, value];
  }

  get key(): Slot {
    return (this.#key ??= slotOf('key', this.#schemas[0], false));
  }

  get value(): Slot {
    return (this.#value ??= slotOf('value', this.#schemas[1], false));
  }
}

/** The kinds of schema tuples, by their first element. */
export const SchemaId = {
  simple: 0,
  list: 1,
  map: 2,
  structure: 3,
  union: 4,
  operation: 9,
  error: -3,
} as const;

const LIST_OF = 64;
const MAP_OF = 128;

/** Simple types by their number in the schemas. */
const SIMPLE: Readonly<Record<number, Shape>> = {
  0: { kind: 'string' },
  1: { kind: 'number' },
  2: { kind: 'boolean' },
  4: { kind: 'timestamp', format: undefined },
  5: { kind: 'timestamp', format: 'date-time' },
  6: { kind: 'timestamp', format: 'http-date' },
  7: { kind: 'timestamp', format: 'epoch-seconds' },
  15: { kind: 'document' },
  17: { kind: 'bigint' },
  19: { kind: 'bigdecimal' },
  21: { kind: 'blob' },
  42: { kind: 'blob' },
};
const UNIT: Shape = { kind: 'unit' };

const shapes = new WeakMap<readonly unknown[], Shape>();

/** The shape of a schema, the same one each time. */
export function shapeOf(schema: Schema): Shape {
  if (typeof schema === 'function') return shapeOf(schema());
  if (typeof schema === 'number') return simpleShape(schema);
  if (typeof schema === 'string') return UNIT;
  const known = shapes.get(schema) ?? compositeShape(schema);
  shapes.set(schema, known);
  return known;
}

function simpleShape(schema: number): Shape {
  if (schema >= MAP_OF) return new MapShape(0, schema - MAP_OF);
  if (schema >= LIST_OF) return new ListShape(schema - LIST_OF);
  const shape = SIMPLE[schema];
  if (shape === undefined) throw new Error(`The SDK's schemas have an unknown type: ${schema}`);
  return shape;
}

function compositeShape(schema: readonly unknown[]): Shape {
  switch (schema[0]) {
    case SchemaId.simple:
      return shapeOf(schema[4] as Schema);
    case SchemaId.list:
      return new ListShape(schema[4] as Schema);
    case SchemaId.map:
      return new MapShape(schema[4] as Schema, schema[5] as Schema);
    default:
      return new StructureShape(schema);
  }
}

/** A member is a schema, or a pair of a schema and the traits of this use of it. */
function slotOf(name: string, member: Schema, isRequired: boolean): Slot {
  let schema = member;
  let traits: Traits = {};
  while (Array.isArray(schema) && schema.length === 2) {
    traits = { ...traitsOf(schema[1]), ...traits };
    schema = schema[0] as Schema;
  }
  return { name, shape: shapeOf(schema), traits: { ...ownTraits(schema), ...traits }, isRequired };
}

function ownTraits(schema: Schema): Traits {
  if (typeof schema === 'function') return ownTraits(schema());
  return typeof schema === 'object' ? traitsOf(schema[3]) : {};
}

/** Traits without a value are written as bits, in this order. */
const FLAGS = [
  'httpLabel',
  'idempotent',
  'idempotencyToken',
  'sensitive',
  'httpPayload',
  'httpResponseCode',
  'httpQueryParams',
] as const;

export function traitsOf(written: unknown): Traits {
  if (typeof written === 'object' && written !== null) return written;
  const bits = typeof written === 'number' ? written : 0;
  return Object.fromEntries(FLAGS.filter((_, i) => (bits >> i) & 1).map((flag) => [flag, 1]));
}
