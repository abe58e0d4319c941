import { isUtf8 } from 'node:buffer';
import type { Input, Instant } from '../kernel/index.ts';

/** Where a cloud stood when it took an input. */
export interface Standing {
  /** Events that its clock had fired. */
  readonly fired: number;
  readonly at: Instant;
  /** State of its chance: differs when the cloud has not done the same until here. */
  readonly chance: number;
}

/** An input as it stands in a log: bytes that are text as text, others in base64. */
export type Entry = Standing & (Exclude<Input, { kind: 'request' }> | LoggedRequest);

type LoggedRequest = Omit<Extract<Input, { kind: 'request' }>, 'body'> & {
  readonly text?: string;
  readonly base64?: string;
};

export function entryOf(input: Input, standing: Standing): Entry {
  if (input.kind !== 'request') return { ...standing, ...input };
  const { body, ...request } = input;
  if (body.length === 0) return { ...standing, ...request };
  return isUtf8(body)
    ? { ...standing, ...request, text: body.toString() }
    : { ...standing, ...request, base64: body.toString('base64') };
}

export function bodyOf({ text, base64 }: LoggedRequest): Buffer {
  return base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64');
}
