/** The template that `sls` would deploy, packaged into a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const root = join(import.meta.dirname, '..', '..');

export interface Packaging {
  readonly profile: string;
  readonly stage: string;
  readonly region: string;
  /** `name=value`, as `sls` takes them. */
  readonly params: readonly string[];
}

/** `sls package` failed; the message is what it said. */
export class PackagingError extends Error {
  override readonly name = 'PackagingError';
}

/** @throws PackagingError */
export async function packageTemplate({ profile, stage, region, params }: Packaging): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-package-'));
  try {
    const chosen = [`profile=${profile}`, ...params].map((param) => `--param=${param}`);
    await sls(['package', '--stage', stage, '--region', region, '--package', folder, ...chosen]);
    return JSON.parse(await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function sls(args: readonly string[]): Promise<void> {
  const env = { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' };
  const child = spawn(process.execPath, [join(root, 'node_modules/serverless/bin/serverless.js'), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => output.push(text.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0)
    throw new PackagingError(`sls package failed:\n${stripVTControlCharacters(output.join('')).trim()}`);
}
