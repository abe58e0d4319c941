import type { Shape, TimestampFormat } from '../model/schema.ts';

/** A value that is not of its type; the wire answers it in the protocol's own words. */
export class MalformedValue extends Error {
  override readonly name = 'MalformedValue';
}

/**
 * Reads a simple value from text, as headers, query parameters, forms and XML have it.
 *
 * @throws MalformedValue when the text is not of the shape's type
 */
export function fromText(shape: Shape, text: string, name: string): unknown {
  switch (shape.kind) {
    case 'boolean':
      return booleanFrom(text, name);
    case 'number':
    case 'bigdecimal':
      return numberFrom(text, name);
    case 'bigint':
      if (!/^-?\d+$/.test(text)) throw malformed(name, text, 'an integer');
      return BigInt(text);
    case 'timestamp':
      return dateFrom(text, name);
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default:
      return text;
  }
}

function booleanFrom(text: string, name: string): boolean {
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw malformed(name, text, 'a boolean');
  return lower === 'true';
}

function numberFrom(text: string, name: string): number {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw malformed(name, text, 'a number');
  return number;
}

function dateFrom(text: string, name: string): Date {
  const date = /^-?[\d.]+$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  if (Number.isNaN(date.getTime())) throw malformed(name, text, 'a timestamp');
  return date;
}

function malformed(name: string, text: string, what: string): MalformedValue {
  return new MalformedValue(`Value '${text}' at '${name}' is not ${what}.`);
}

/** Writes a simple value as text. `usual` is the timestamp format of the place where it stands. */
export function toText(shape: Shape, value: unknown, usual: TimestampFormat): string {
  if (shape.kind === 'timestamp') return dateText(value, shape.format ?? usual);
  if (shape.kind === 'blob') return base64(value);
  return String(value);
}

export function base64(value: unknown): string {
  return (typeof value === 'string' ? Buffer.from(value) : Buffer.from(value as Uint8Array)).toString(
    'base64',
  );
}

function dateText(value: unknown, format: TimestampFormat): string {
  const date = value instanceof Date ? value : new Date(Number(value) * 1000);
  switch (format) {
    case 'date-time':
      return date.toISOString();
    case 'http-date':
      return date.toUTCString();
    case 'epoch-seconds':
      return String(date.getTime() / 1000);
  }
}
