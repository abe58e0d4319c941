import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { environment } from './environment.ts';

/** `sls` waits for the cloud as briefly as it needs, and asks nobody. */
const SLS = {
  SLS_AWS_MONITORING_FREQUENCY: '200',
  SLS_TELEMETRY_DISABLED: '1',
  SLS_NOTIFICATIONS_MODE: 'off',
  SLS_INTERACTIVE_SETUP_ENABLE: '0',
};

const root = join(import.meta.dirname, '..', '..');

/** A command of `sls` failed; the message is what it said. */
export class SlsError extends Error {
  constructor(command: string, output: string) {
    super(`sls ${command} failed:\n${withoutProgress(output)}`);
    this.name = 'SlsError';
  }
}

export interface Deployment {
  readonly endpoint: string;
  readonly region: string;
  readonly stage: string;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Runs the real `sls` on this project against an endpoint.
 * @throws SlsError with the command's output when it fails
 */
export async function sls(
  command: 'deploy' | 'remove',
  { endpoint, region, stage, params }: Deployment,
  signal: AbortSignal,
): Promise<void> {
  const args = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/serverless/bin/serverless.js'),
      command,
      '--stage',
      stage,
      '--region',
      region,
      ...args,
    ],
    {
      cwd: root,
      env: { ...environment(endpoint, region), ...SLS },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    },
  );
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => output.push(text.toString()));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (exitCode !== 0) throw new SlsError(command, output.join(''));
}

/** The lines that stay on a terminal once its progress display has been wiped. */
function withoutProgress(output: string): string {
  return stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^[\u2800-\u28ff]/.test(line))
    .join('\n');
}
