import type { Shape, Slot, StructureShape } from '../model/schema.ts';
import { base64, toText } from './text.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Turns parsed JSON into the values the SDK's types promise: dates, bytes. What is of the wrong type stays as it
 * is, for the validation to name.
 *
 * @param named whether members stand under their `jsonName`: REST does so, RPC does not
 */
export function readJson(shape: Shape, value: unknown, named = false): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case 'structure':
      return isMembers(value) ? readStructure(shape, value, named) : value;
    case 'list': {
      const { shape: member } = shape.member;
      return Array.isArray(value) ? value.map((item) => readJson(member, item, named)) : value;
    }
    case 'map': {
      const { shape: member } = shape.value;
      return isMembers(value) ? mapValues(value, (item) => readJson(member, item, named)) : value;
    }
    case 'timestamp':
      return readDate(value);
    case 'blob':
      return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;
    case 'bigint':
      return typeof value === 'number' ? BigInt(value) : value;
    default:
      return value;
  }
}

function readStructure(shape: StructureShape, value: Members, named: boolean): Members {
  const out: Record<string, unknown> = {};
  for (const slot of shape.members) {
    const member = value[keyOf(slot, named)];
    if (member !== undefined && member !== null) out[slot.name] = readJson(slot.shape, member, named);
  }
  return out;
}

function readDate(value: unknown): unknown {
  if (typeof value === 'number') return new Date(value * 1000);
  if (typeof value !== 'string') return value;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : date;
}

/** The counterpart of {@link readJson}: plain values for `JSON.stringify`, only what the model knows. */
export function writeJson(shape: Shape, value: unknown, named = false): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case 'structure':
      return writeStructure(shape, value as Members, named);
    case 'list': {
      const { shape: member } = shape.member;
      return (value as unknown[]).map((item) => writeJson(member, item, named) ?? null);
    }
    case 'map': {
      const { shape: member } = shape.value;
      return mapValues(value as Members, (item) => writeJson(member, item, named));
    }
    case 'timestamp':
      return shape.format === undefined || shape.format === 'epoch-seconds'
        ? (value as Date).getTime() / 1000
        : toText(shape, value, 'epoch-seconds');
    case 'blob':
      return base64(value);
    case 'bigint':
      return Number(value);
    case 'number':
      return numberText(value as number);
    default:
      return value;
  }
}

function writeStructure(shape: StructureShape, value: Members, named: boolean): Members {
  const out: Record<string, unknown> = {};
  for (const slot of shape.members) {
    const member = value[slot.name];
    if (member !== undefined) out[keyOf(slot, named)] = writeJson(slot.shape, member, named);
  }
  return out;
}

/** JSON has no NaN and no infinities; AWS writes them as strings. */
function numberText(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function keyOf(slot: Slot, named: boolean): string {
  return named ? (slot.traits.jsonName ?? slot.name) : slot.name;
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function mapValues(value: Members, change: (item: unknown) => unknown): Members {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}
