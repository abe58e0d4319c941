import { DynamoDBClient, CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FastifyInstance } from 'fastify';
import { Listing } from '../../../examples/employee-directory/employees/listing.ts';
import { Employees } from '../../../examples/employee-directory/employees/store.ts';
import { Readiness } from '../../../examples/employee-directory/health.ts';
import { Photos } from '../../../examples/employee-directory/photos/store.ts';
import { createServer } from '../../../examples/employee-directory/server.ts';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const TABLE = 'directory';
const BUCKET = 'directory-photos';

/** A directory that listens, on a table and a bucket of the local cloud's. */
export class DirectoryWorld {
  readonly cloud: Cloud;
  readonly app: FastifyInstance;
  readonly employees: Employees;
  readonly readiness: Readiness;
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  readonly #close: () => Promise<void>;

  private constructor(
    parts: Pick<DirectoryWorld, 'cloud' | 'app' | 'employees' | 'readiness' | 'url'>,
    close: () => Promise<void>,
  ) {
    this.cloud = parts.cloud;
    this.app = parts.app;
    this.employees = parts.employees;
    this.readiness = parts.readiness;
    this.url = parts.url;
    this.#close = close;
  }

  static async start(): Promise<DirectoryWorld> {
    const cloud = await startCloud();
    const access = {
      region: 'eu-central-1',
      endpoint: cloud.endpoint,
      credentials: ACCOUNT_KEYS,
      maxAttempts: 1,
    };
    const s3 = new S3Client({ ...access, forcePathStyle: true });
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient(access));
    await documents.send(newTable());
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await cloud.clock.runUntil(cloud.clock.now() + 10_000);
    let ids = 0;
    const newId = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`;
    const employees = new Employees(documents, TABLE);
    const photos = new Photos(s3, BUCKET, newId);
    const readiness = new Readiness(
      async () => {
        await Promise.all([employees.reach(), photos.reach()]);
      },
      0,
      () => 0,
    );
    const identity = { instance: 'i-0123456789abcdef0', zone: 'eu-central-1a' };
    const listing = new Listing(documents, TABLE);
    const app = await createServer({ employees, listing, photos, readiness, identity, newId }, false);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return new DirectoryWorld({ cloud, app, employees, readiness, url }, async () => {
      await app.close();
      documents.destroy();
      s3.destroy();
      await cloud.close();
    });
  }

  close(): Promise<void> {
    return this.#close();
  }

  async get(path: string): Promise<{ status: number; text: string; headers: Headers }> {
    const response = await fetch(this.url + path);
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  /** Sends a form as a browser on the directory's own page does. */
  async post(
    path: string,
    body: Readonly<Record<string, string>> | FormData,
    headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' },
  ): Promise<{ status: number; text: string; location: string | null }> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      body: body instanceof FormData ? body : new URLSearchParams(body),
      headers,
      redirect: 'manual',
    });
    return {
      status: response.status,
      text: await response.text(),
      location: response.headers.get('location'),
    };
  }

  /** Adds an employee by the form. @returns their id */
  async add(name: string, rest: Readonly<Record<string, string>> = {}): Promise<string> {
    const form = await this.get('/employees/new');
    const id = hiddenField(form.text, 'id');
    const { status } = await this.post('/employees', { id, name, ...rest });
    if (status !== 303) throw new Error(`${name} was not added: ${status}`);
    return id;
  }

  /** The names on the page that a search, or none, begins with. */
  async find(search: string): Promise<string[]> {
    return namesIn((await this.get(`/?q=${encodeURIComponent(search)}`)).text);
  }
}

export function hiddenField(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
}

export function namesIn(page: string): string[] {
  return [...page.matchAll(/<strong>([^<]*)<\/strong>/g)].map(([, name = '']) => name);
}

export function photoForm(bytes: Uint8Array<ArrayBuffer>, name = 'photo.png', type = 'image/png'): FormData {
  const form = new FormData();
  form.set('photo', new Blob([bytes], { type }), name);
  return form;
}

/** The smallest PNG there is: one transparent pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

function newTable(): CreateTableCommand {
  return new CreateTableCommand({
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
  });
}
