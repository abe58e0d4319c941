import { request, type IncomingHttpHeaders } from 'node:http';
import { randomUUID } from 'node:crypto';

export interface Page {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface Part {
  readonly filename?: string;
  readonly type?: string;
  readonly value: string | Buffer;
}

/** A browser that keeps cookies, behind a load balancer that ends TLS and sends it all to one instance. */
export class Browser {
  readonly #host: string;
  readonly #address: string;
  readonly #cookies: Map<string, string>;

  constructor(host: string, address: string, cookies = new Map<string, string>()) {
    this.#host = host;
    this.#address = address;
    this.#cookies = cookies;
  }

  /** The same browser, sent to another instance. */
  at(address: string): Browser {
    return new Browser(this.#host, address, this.#cookies);
  }

  get(path: string): Promise<Page> {
    return this.send('GET', path);
  }

  post(path: string, form: Readonly<Record<string, string>>): Promise<Page> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.send('POST', path, headers, [Buffer.from(new URLSearchParams(form).toString())]);
  }

  postJson(path: string, value: unknown, headers: Record<string, string>): Promise<Page> {
    const body = Buffer.from(JSON.stringify(value));
    return this.send('POST', path, { 'content-type': 'application/json', ...headers }, [body]);
  }

  /** @param pause what to wait for when half of the body is sent */
  postParts(path: string, parts: Readonly<Record<string, Part>>, pause?: () => Promise<void>): Promise<Page> {
    const boundary = randomUUID();
    const chunks = Object.entries(parts).flatMap(([name, { filename, type, value }]) => [
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`,
      filename === undefined ? '' : `; filename="${filename}"\r\ncontent-type: ${type ?? ''}`,
      '\r\n\r\n',
      value,
      '\r\n',
    ]);
    const body = Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk)));
    const half = body.length >> 1;
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    return this.send('POST', path, headers, [body.subarray(0, half), body.subarray(half)], pause);
  }

  async send(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body: readonly Buffer[] = [],
    pause?: () => Promise<void>,
  ): Promise<Page> {
    const length = body.reduce((sum, chunk) => sum + chunk.length, 0);
    const sent = request({
      host: this.#address,
      method,
      path,
      agent: false,
      headers: {
        host: this.#host,
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '192.0.2.7',
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(length > 0 && { 'content-length': length }),
        ...headers,
      },
    });
    const page = new Promise<Page>((resolve, reject) => {
      sent.once('error', reject);
      sent.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          this.#keep(response.headers['set-cookie'] ?? []);
          const whole = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: whole,
            text: whole.toString(),
          });
        });
      });
    });
    for (const [index, chunk] of body.entries()) {
      if (index > 0) await pause?.();
      sent.write(chunk);
    }
    sent.end();
    return page;
  }

  #keep(cookies: readonly string[]): void {
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
  }
}
