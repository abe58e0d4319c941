/** A request as an SDK client would send it. */
export interface Captured {
  /** `DescribeInstances` */
  readonly call: string;
  readonly endpoint: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface Sent {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Client {
  readonly middlewareStack: {
    add(
      middleware: (
        next: unknown,
        context: { readonly commandName?: string },
      ) => (args: { request: Sent }) => never,
      options: { step: 'finalizeRequest'; priority: 'low'; name: string },
    ): void;
  };
}

/** Lets a client prepare and sign a request, and keeps it from sending it. */
export async function capture<Sdk>(client: Sdk, call: (client: Sdk) => Promise<unknown>): Promise<Captured> {
  let captured: Captured | undefined;
  const stop = new Error('captured');
  (client as Client).middlewareStack.add(
    (_next, { commandName = '' }) =>
      ({ request }) => {
        captured = plain(request, commandName.replace(/Command$/, ''));
        throw stop;
      },
    { step: 'finalizeRequest', priority: 'low', name: 'capture' },
  );
  await call(client).catch((error: unknown) => {
    if (error !== stop) throw error;
  });
  if (captured === undefined) throw new Error('the client sent nothing');
  return captured;
}

function plain(sent: Sent, call: string): Captured {
  const query = new URLSearchParams(sent.query as Record<string, string>).toString();
  return {
    call,
    endpoint: `${sent.protocol}//${sent.hostname}:${sent.port ?? 80}`,
    method: sent.method,
    path: query === '' ? sent.path : `${sent.path}?${query}`,
    headers: sent.headers,
    body: sent.body instanceof Uint8Array ? sent.body : Buffer.from((sent.body ?? '') as string),
  };
}
