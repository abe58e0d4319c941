import type { WrittenRequest } from '../tests/support/caught-requests.ts';
import { catchRequests, Caught } from '../tests/support/caught-requests.ts';

/** A request as an SDK client would send it, and where to. */
export interface Captured extends WrittenRequest {
  /** `DescribeInstances` */
  readonly call: string;
  readonly endpoint: string;
}

/** Lets a client prepare and sign a request, and keeps it from sending it, or any other from then on. */
export async function capture<Sdk extends object>(
  client: Sdk,
  call: (client: Sdk) => Promise<unknown>,
): Promise<Captured> {
  catchRequests(client);
  try {
    await call(client);
  } catch (error) {
    if (error instanceof Caught) return { call: error.operation, endpoint: error.endpoint, ...error.request };
    throw error;
  }
  throw new Error('the client sent nothing');
}
