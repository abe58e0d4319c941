import { AwsError } from '../../kernel/index.ts';
import type { ObjectVersion } from './bucket.ts';

export interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/** The conditions of a read, in the order of RFC 9110, 13.2.2. @throws AwsError PreconditionFailed, NotModified */
export function checkRead(version: ObjectVersion, conditions: ReadConditions): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) {
    if (!matches(version.etag, IfMatch)) throw preconditionFailed('If-Match');
  } else if (IfUnmodifiedSince !== undefined && seconds(version.modifiedAt) > seconds(IfUnmodifiedSince)) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (IfNoneMatch !== undefined) {
    if (matches(version.etag, IfNoneMatch)) throw notModified();
  } else if (IfModifiedSince !== undefined && seconds(version.modifiedAt) <= seconds(IfModifiedSince)) {
    throw notModified();
  }
}

/** The conditions of a write. @throws AwsError PreconditionFailed, NoSuchKey */
export function checkWrite(
  current: ObjectVersion | undefined,
  { IfMatch, IfNoneMatch }: Pick<ReadConditions, 'IfMatch' | 'IfNoneMatch'>,
): void {
  if (IfNoneMatch === '*' && current !== undefined) throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (current === undefined) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  }
  if (!matches(current.etag, IfMatch)) throw preconditionFailed('If-Match');
}

function matches(etag: string, wanted: string): boolean {
  return (
    wanted === '*' ||
    wanted.split(/\s*,\s*/).some((one) => one.replaceAll('"', '') === etag.replaceAll('"', ''))
  );
}

function preconditionFailed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
    fields: { Condition: condition },
  });
}

function notModified(): AwsError {
  return new AwsError('NotModified', 'Not Modified', { status: 304 });
}

/** HTTP dates have no fractions. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

export interface Range {
  readonly start: number;
  /** The last byte, included. */
  readonly end: number;
}

/**
 * Reads a Range header. Several ranges, and what is no range of bytes, are ignored, as S3 does.
 *
 * @throws AwsError InvalidRange when it lies beyond the object's end
 */
export function readRange(header: string | undefined, length: number): Range | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? length - 1 : Math.min(Number(last), length - 1);
  if (start < length && start <= end) return { start, end };
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', { status: 416 });
}
