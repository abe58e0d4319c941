import type { Cloud, CloudOptions } from './cloud.ts';
import { startCloud } from './cloud.ts';
import { EventLog } from './event-log.ts';
import { ACCOUNT_KEYS, pace } from './kernel/index.ts';
import { readPlan } from './weather/plan/parse.ts';
import { PlanError } from './weather/plan/problems.ts';
import type { PlanInput } from './weather/plan/schema.ts';
import type { CommandLine } from './options.ts';
import { LogError } from './persistence/errors.ts';
import { InputLog } from './persistence/input-log.ts';
import { USAGE, UsageError, readCommandLine } from './options.ts';

await main();

async function main(): Promise<void> {
  try {
    const line = readCommandLine(process.argv.slice(2), Date.now());
    if (line === undefined) say(USAGE);
    else await run(line);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof LogError)) throw error;
    process.stderr.write(`cloud: ${error.message}\n`);
    process.exitCode = 2;
  }
}

async function run(line: CommandLine): Promise<void> {
  const log = openLog(line);
  const events = openEventLog(line);
  const cloud = await start({
    ...line.cloud,
    ...(log && { log }),
    ...(events && { observer: (entry) => events.write(entry) }),
    ...(line.weather !== undefined && { weather: await planIn(line.weather) }),
  });
  if (log !== undefined) say(carriesOn(cloud, log));
  say(environment(cloud));
  const running = pace(cloud.clock, line.speed);
  await interrupted();
  await Promise.all([running.stop(), cloud.close()]);
  events?.close();
}

/** @throws LogError, UsageError */
function openLog({ persist, cloud }: CommandLine): InputLog | undefined {
  const { seed, start, region, enforceIam } = cloud;
  return writable('--persist', persist, (path) => new InputLog(path, { seed, start, region, enforceIam }));
}

/** @throws UsageError */
function openEventLog({ eventLog }: CommandLine): EventLog | undefined {
  return writable('--event-log', eventLog, (path) => new EventLog(path));
}

function writable<File>(
  option: string,
  path: string | undefined,
  open: (path: string) => File,
): File | undefined {
  try {
    return path === undefined ? undefined : open(path);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new UsageError(
      `${option} ${path} cannot be written (${code}): give a file in a folder that exists`,
    );
  }
}

/** Where a cloud that was started before goes on. */
function carriesOn({ replayed, clock }: Cloud, { torn }: InputLog): string {
  const { inputs, fired } = replayed;
  const dropped =
    torn === 0 ? '' : `A write that was cut short is dropped: ${torn} bytes at the log's end.\n`;
  return `${dropped}It is ${clock.date().toISOString()}: ${inputs} inputs and ${fired} events were played again.\n`;
}

async function planIn(file: string): Promise<PlanInput> {
  try {
    return await readPlan(file);
  } catch (error) {
    if (error instanceof PlanError) throw new UsageError(error.message);
    throw error;
  }
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

/** What AWS clients need in order to talk to this cloud as the account's own user. */
function environment({ endpoint, kernel }: Cloud): string {
  return `The local cloud listens on ${endpoint}

export AWS_ENDPOINT_URL=${endpoint}
export AWS_ACCESS_KEY_ID=${ACCOUNT_KEYS.accessKeyId}
export AWS_SECRET_ACCESS_KEY=${ACCOUNT_KEYS.secretAccessKey}
export AWS_REGION=${kernel.account.region}
export AWS_DEFAULT_REGION=${kernel.account.region}
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
