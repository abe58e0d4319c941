import type { Cloud, CloudOptions } from './cloud.ts';
import { startCloud } from './cloud.ts';
import { pace } from './kernel/index.ts';
import type { CommandLine } from './options.ts';
import { USAGE, UsageError, readCommandLine } from './options.ts';

await main();

async function main(): Promise<void> {
  try {
    const line = readCommandLine(process.argv.slice(2), Date.now());
    if (line === undefined) say(USAGE);
    else await run(line);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`cloud: ${error.message}\n`);
    process.exitCode = 2;
  }
}

async function run(line: CommandLine): Promise<void> {
  const cloud = await start(line.cloud);
  say(environment(cloud));
  const running = pace(cloud.clock, line.speed);
  await interrupted();
  await Promise.all([running.stop(), cloud.close()]);
}

async function start(options: CloudOptions): Promise<Cloud> {
  try {
    return await startCloud(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new UsageError(`port ${options.port} is in use; choose another by --port`);
    if (code === 'EACCES')
      throw new UsageError(`port ${options.port} may not be used; choose another by --port`);
    throw error;
  }
}

/** What AWS clients need in order to talk to this cloud; any keys will do. */
function environment({ endpoint, kernel }: Cloud): string {
  return `The local cloud listens on ${endpoint}

export AWS_ENDPOINT_URL=${endpoint}
export AWS_ACCESS_KEY_ID=local
export AWS_SECRET_ACCESS_KEY=local
export AWS_REGION=${kernel.account.region}
`;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
