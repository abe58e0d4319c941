import { MalformedValue } from './text.ts';

/** CBOR (RFC 8949) as Smithy's RPC v2 uses it: dates are tag 1, and texts, byte strings and maps any length. */
export function encodeCbor(value: unknown): Buffer {
  const chunks: Buffer[] = [];
  write(value, chunks);
  return Buffer.concat(chunks);
}

/** The major types, by their number in a head byte. */
const Major = { unsigned: 0, negative: 1, bytes: 2, text: 3, list: 4, map: 5, tag: 6, simple: 7 } as const;

const EPOCH_TAG = 1;
const INDEFINITE = 31;

function write(value: unknown, chunks: Buffer[]): void {
  if (value === null || value === undefined) chunks.push(Buffer.from([0xf6]));
  else if (typeof value === 'boolean') chunks.push(Buffer.from([value ? 0xf5 : 0xf4]));
  else if (typeof value === 'number') chunks.push(numberOf(value));
  else if (typeof value === 'string') writeBytes(Major.text, Buffer.from(value), chunks);
  else if (value instanceof Uint8Array) writeBytes(Major.bytes, Buffer.from(value), chunks);
  else if (value instanceof Date) chunks.push(head(Major.tag, EPOCH_TAG), double(value.getTime() / 1000));
  else if (Array.isArray(value)) {
    chunks.push(head(Major.list, value.length));
    for (const item of value) write(item, chunks);
  } else if (typeof value === 'object') writeMap(value, chunks);
  else throw new TypeError(`CBOR cannot hold a ${typeof value}`);
}

function writeMap(value: object, chunks: Buffer[]): void {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  chunks.push(head(Major.map, entries.length));
  for (const [key, item] of entries) {
    writeBytes(Major.text, Buffer.from(key), chunks);
    write(item, chunks);
  }
}

function writeBytes(major: number, bytes: Buffer, chunks: Buffer[]): void {
  chunks.push(head(major, bytes.length), bytes);
}

function numberOf(value: number): Buffer {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return double(value);
  return value >= 0 ? head(Major.unsigned, value) : head(Major.negative, -1 - value);
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0xfb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function head(major: number, argument: number): Buffer {
  const type = major << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  if (argument < 2 ** 8) return Buffer.from([type | 24, argument]);
  const bytes = Buffer.alloc(argument < 2 ** 16 ? 3 : argument < 2 ** 32 ? 5 : 9);
  bytes[0] = type | (bytes.length === 3 ? 25 : bytes.length === 5 ? 26 : 27);
  if (bytes.length === 9) bytes.writeBigUInt64BE(BigInt(argument), 1);
  else bytes.writeUIntBE(argument, 1, bytes.length - 1);
  return bytes;
}

/** @throws MalformedValue when the bytes are no CBOR, or not all of it */
export function decodeCbor(bytes: Buffer): unknown {
  const reader = new Reader(bytes);
  try {
    return reader.read();
  } catch (error) {
    if (error instanceof RangeError) throw new MalformedValue('The request body is not valid CBOR.');
    throw error;
  }
}

const BREAK = Symbol('break');

class Reader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(): unknown {
    const first = this.#bytes.readUInt8(this.#position++);
    const [major, info] = [first >> 5, first & 31];
    if (major === Major.simple) return this.#simple(info);
    const argument = info === INDEFINITE ? Infinity : this.#argument(info);
    switch (major) {
      case Major.unsigned:
        return argument;
      case Major.negative:
        return -1 - argument;
      case Major.bytes:
        return new Uint8Array(this.#string(argument));
      case Major.text:
        return this.#string(argument).toString();
      case Major.list:
        return this.#items(argument);
      case Major.map:
        return this.#members(argument);
      default:
        return argument === EPOCH_TAG ? new Date(Number(this.read()) * 1000) : this.read();
    }
  }

  #argument(info: number): number {
    if (info < 24) return info;
    if (info > 27) throw new RangeError('reserved length');
    const size = 2 ** (info - 24);
    const at = this.#position;
    this.#position += size;
    return size === 8 ? Number(this.#bytes.readBigUInt64BE(at)) : this.#bytes.readUIntBE(at, size);
  }

  #string(length: number): Buffer {
    if (length === Infinity) {
      return Buffer.concat(this.#items(length).map((chunk) => Buffer.from(chunk as string | Uint8Array)));
    }
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new RangeError('cut short');
    const string = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return string;
  }

  #items(length: number): unknown[] {
    const items: unknown[] = [];
    while (items.length < length) {
      const item = this.read();
      if (item === BREAK) break;
      items.push(item);
    }
    return items;
  }

  #members(length: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    while (entries.length < length) {
      const key = this.read();
      if (key === BREAK) break;
      entries.push([String(key), this.read()]);
    }
    return Object.fromEntries(entries);
  }

  #simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 23:
        return undefined;
      case 25:
        return this.#half();
      case 26:
        this.#position += 4;
        return this.#bytes.readFloatBE(this.#position - 4);
      case 27:
        this.#position += 8;
        return this.#bytes.readDoubleBE(this.#position - 8);
      case INDEFINITE:
        return BREAK;
      default:
        throw new RangeError('unknown simple value');
    }
  }

  /** RFC 8949, appendix D. */
  #half(): number {
    this.#position += 2;
    const bits = this.#bytes.readUInt16BE(this.#position - 2);
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    const sign = bits & 0x8000 ? -1 : 1;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (fraction + 1024) * 2 ** (exponent - 25);
  }
}
