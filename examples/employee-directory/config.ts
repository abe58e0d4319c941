import { z } from 'zod';

/** What the directory is told by its environment. */
export interface Config {
  readonly table: string;
  readonly bucket: string;
  readonly port: number;
  readonly host: string;
  /** For how long an answer of `/ready` stands, in milliseconds. */
  readonly readyCacheMs: number;
  /** How long it goes on serving, unready, before it stops accepting, in milliseconds. */
  readonly drainNoticeMs: number;
}

const seconds = (least: number, fallback: number) =>
  z.coerce
    .number()
    .min(least)
    .max(300)
    .default(fallback)
    .transform((value) => Math.round(value * 1000));

const environment = z.object({
  DIRECTORY_TABLE: z.string('names the DynamoDB table').min(1),
  DIRECTORY_BUCKET: z.string('names the S3 bucket for photos').min(1),
  PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  HOST: z.string().min(1).default('0.0.0.0'),
  READY_CACHE_SECONDS: seconds(0, 5),
  DRAIN_NOTICE_SECONDS: seconds(0, 0),
});

/** What is wrong with the environment, a line a variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** @throws ConfigError that names every variable that cannot be used */
export function configFrom(variables: Readonly<Record<string, string | undefined>>): Config {
  const { success, data, error } = environment.safeParse(variables);
  if (!success) {
    const lines = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ConfigError(`The environment cannot be used:\n${lines.join('\n')}`);
  }
  return {
    table: data.DIRECTORY_TABLE,
    bucket: data.DIRECTORY_BUCKET,
    port: data.PORT,
    host: data.HOST,
    readyCacheMs: data.READY_CACHE_SECONDS,
    drainNoticeMs: data.DRAIN_NOTICE_SECONDS,
  };
}
