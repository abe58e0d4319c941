import type { Probes } from '../ports/index.ts';
import { instanceAddresses } from './instance-addresses.ts';

/** An application that needs longer to say that it is ready is not. */
const PATIENCE_SECONDS = 5;

/** What of an answer is read. */
const MOST_BODY = 1024;

/** HTTP requests to instances at their private addresses, from inside their network. */
export function instanceProbes(
  addressesOf: (instance: string) => Promise<readonly string[]> = instanceAddresses(),
  request: typeof fetch = fetch,
): Probes {
  return {
    get: async (instance, port, path, patience = PATIENCE_SECONDS) => {
      const [address] = await addressesOf(instance);
      if (address === undefined) return { status: 0, detail: `${instance} has no private address` };
      const url = `http://${address}:${port}${path}`;
      try {
        const response = await request(url, {
          redirect: 'manual',
          signal: AbortSignal.timeout(patience * 1000),
        });
        const detail = `${url} answered ${response.status}`;
        return { status: response.status, detail, body: await beginningOf(response) };
      } catch (error) {
        const detail = `${url} did not answer: ${reasonOf(error)}`;
        return { status: 0, detail, isRefused: isRefused(error) };
      }
    },
  };
}

async function beginningOf(response: Response): Promise<string> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  if (reader === undefined) return '';
  const chunks: Uint8Array[] = [];
  for (let length = 0; length < MOST_BODY;) {
    const { value } = await reader.read();
    if (value === undefined) break;
    chunks.push(value);
    length += value.length;
  }
  await reader.cancel();
  return Buffer.concat(chunks).subarray(0, MOST_BODY).toString('utf8');
}

/** `fetch` says only that it failed; why stands in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ECONNREFUSED';
}
