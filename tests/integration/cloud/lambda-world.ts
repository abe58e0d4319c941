import { fileURLToPath } from 'node:url';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import { Lambda } from '@aws-sdk/client-lambda';
import { SQS } from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { strToU8, zipSync } from 'fflate';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { lineOf } from '../../../tools/cloud/event-log.ts';
import type { Entry, JournalEntry } from '../../../tools/cloud/kernel/index.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

export const START = Date.parse('2026-01-05T00:00:00Z');
export const MINUTE = 60_000;
export const ROLE = 'arn:aws:iam::123456789012:role/worker';

/** A cloud with clients to it, and what its journal said. */
export interface World {
  readonly cloud: Cloud;
  readonly lambda: Lambda;
  readonly sqs: SQS;
  readonly logs: CloudWatchLogs;
  readonly journal: JournalEntry[];
  /** Makes a function of a module's text, with an ESM `handler`. */
  deploy(name: string, source: string, settings?: Partial<CreateFunctionCommandInput>): Promise<void>;
  /** Invokes, waits, and reads the answer. */
  call(name: string, payload?: unknown): Promise<{ result: unknown; error: string | undefined }>;
  /** Lets virtual milliseconds pass. */
  pass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
  /** Journal entries of one kind. */
  told<Kind extends Entry['kind']>(kind: Kind): Extract<JournalEntry, { kind: Kind }>[];
  /** The whole journal as an event log, but for the ports, which are others in each run. */
  log(): string;
}

export async function newWorld({ enforceIam = false } = {}): Promise<World> {
  const cloud = await startCloud({ start: START, enforceIam });
  const config = {
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  const clients = { lambda: new Lambda(config), sqs: new SQS(config), logs: new CloudWatchLogs(config) };
  const { lambda } = clients;
  const journal: JournalEntry[] = [];
  cloud.kernel.journal.observe((entry) => journal.push(entry));
  return {
    cloud,
    ...clients,
    journal,
    deploy: async (name, source, settings) => {
      await lambda.createFunction({
        FunctionName: name,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { ZipFile: zipOf({ 'index.mjs': source }) },
        ...settings,
      });
    },
    call: async (name, payload = {}) => {
      const { Payload, FunctionError } = await lambda.invoke({
        FunctionName: name,
        Payload: JSON.stringify(payload),
      });
      return { result: JSON.parse(Payload?.transformToString() ?? 'null'), error: FunctionError };
    },
    pass: (milliseconds) => cloud.clock.runUntil(cloud.clock.now() + milliseconds),
    close: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await cloud.close();
    },
    told: (kind) => journal.filter((entry) => entry.kind === kind) as never,
    log: () =>
      journal
        .map(lineOf)
        .join('')
        .replaceAll(/127\.0\.0\.1:\d+/g, 'cloud'),
  };
}

/** A zip records times: with one that never changes, the same files are the same bytes. */
const ALWAYS = new Date('2000-01-01T00:00:00Z');

export function zipOf(files: Record<string, string>): Uint8Array {
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)]);
  return zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>, { mtime: ALWAYS });
}

/** Bundles a module's text as a deployed function is: one ESM file with its dependencies. */
export async function bundled(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // CommonJS dependencies ask for Node's own modules by `require`.
    banner: {
      js: "import * as nodeModule from 'node:module'; const require = nodeModule.createRequire(import.meta.url);",
    },
  });
  return outputFiles[0]?.text ?? '';
}
