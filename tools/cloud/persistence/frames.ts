import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** A line of a log: what it holds, and where it begins and ends in the file. */
export interface Frame {
  readonly offset: number;
  readonly end: number;
  readonly value: unknown;
}

/** A place from which on a log cannot be read. */
export interface Flaw {
  readonly offset: number;
  /** Whether the file ends with it: a write that was cut short. */
  readonly isLast: boolean;
}

const CHUNK = 1 << 20;
const NEWLINE = 10;
const CHECKSUM = 8;

/** `checksum json\n`: the checksum is CRC-32 of the JSON's bytes in eight hexadecimal digits. */
export function frameOf(value: unknown): string {
  const json = JSON.stringify(value);
  return `${crc32(json).toString(16).padStart(CHECKSUM, '0')} ${json}\n`;
}

/** Reads a log from an offset on, a frame at a time. @returns the flaw that ended it, if any */
export function* readFrames(file: number, from: number): Generator<Frame, Flaw | undefined> {
  let offset = from;
  for (const line of readLines(file, from)) {
    const value = valueOf(line.bytes);
    const end = offset + line.bytes.length;
    if (value === undefined) return { offset, isLast: line.isLast };
    yield { offset, end, value };
    offset = end;
  }
  return undefined;
}

/** Lines with their newline; only the last may lack it. */
function* readLines(file: number, from: number): Generator<{ bytes: Buffer; isLast: boolean }> {
  let rest: Buffer = Buffer.alloc(0);
  let line: Buffer | undefined;
  for (let position = from; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const length = readSync(file, chunk, 0, CHUNK, position);
    if (length === 0) break;
    position += length;
    rest = rest.length === 0 ? chunk.subarray(0, length) : Buffer.concat([rest, chunk.subarray(0, length)]);
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
      if (line !== undefined) yield { bytes: line, isLast: false };
      line = rest.subarray(0, at + 1);
      rest = rest.subarray(at + 1);
    }
  }
  if (line !== undefined) yield { bytes: line, isLast: rest.length === 0 };
  if (rest.length > 0) yield { bytes: rest, isLast: true };
}

function valueOf(line: Buffer): unknown {
  if (line.at(-1) !== NEWLINE || line.length < CHECKSUM + 3) return undefined;
  const json = line.subarray(CHECKSUM + 1, -1);
  const checksum = crc32(json).toString(16).padStart(CHECKSUM, '0');
  if (line.subarray(0, CHECKSUM).toString('latin1') !== checksum) return undefined;
  try {
    return JSON.parse(json.toString()) as unknown;
  } catch {
    return undefined;
  }
}
