import type { AwsError, Instant } from '../../kernel/index.ts';
import type { Chunked } from '../body.ts';
import type { ErrorModel, OperationModel } from '../model/service-model.ts';
import type { Problem } from '../problem.ts';

/** A request whose body has been read and decoded. */
export interface WireRequest {
  readonly id: string;
  readonly method: string;
  /** Path without the query, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly sent: Sent;
}

/** A request as it was sent, which is what signatures are made of. */
export interface Sent {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  /** Each value of each header, by the header's name in lower case. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly chunked: Chunked | undefined;
  /** The machine's time when it came. */
  readonly machineTime: Instant;
}

export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** An error on its way to the wire. */
export interface Fault {
  /** Name of the error's shape, or its code where it is not modelled. */
  readonly name: string;
  /** The code of Query protocols. */
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly side: 'client' | 'server';
  /** Absent for errors the service does not model. */
  readonly model: ErrorModel | undefined;
  /** Modelled members beside the message. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One request and its reply, in one protocol. */
export interface Exchange {
  /** The operation asked for, for messages: the model may not know it. */
  readonly asked: string;
  readonly operation: OperationModel | undefined;
  /** Reads the input. @throws MalformedValue when the body is not of the form the operation wants */
  input(): unknown;
  /** The error for a body that {@link input} could not read. */
  malformed(message: string): AwsError;
  /** The error for an input that breaks its model. */
  invalid(problems: readonly Problem[]): AwsError;
  reply(output: Readonly<Record<string, unknown>>): WireReply;
  fault(fault: Fault): WireReply;
}

export function headerOf(request: Pick<WireRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
