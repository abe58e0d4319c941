import { execFile } from 'node:child_process';
import { chmod, mkdtemp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);
const { withAgent } = createRequire(import.meta.url)('../../../infra/user-data.cjs') as {
  readonly withAgent: (script: string) => string;
};

/**
 * Runs examples/NAME/boot.sh, with the agent before it as in a launch template, into a folder of its own. What an image has and this machine may not is stood in for: `aws`
 * fetches from a file, `dnf` installs nothing.
 *
 * @param code the zip that `aws s3 cp` brings
 * @returns the folder
 */
export async function boot(name: string, code = '', env: Record<string, string> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `boot-${name}-`));
  const tools = join(folder, 'tools');
  await mkdir(tools);
  // aws s3 cp --only-show-errors --region REGION SOURCE TARGET
  await tool(tools, 'aws', `case "$6" in s3://*/applications/*.zip) cp '${code}' "$7";; *) exit 9;; esac`);
  await tool(tools, 'dnf', 'exit 0');
  await tool(tools, 'node-22', `exec '${process.execPath}' "$@"`);
  const script = await readFile(join(root, 'examples', name, 'boot.sh'), 'utf8');
  await run('bash', ['-c', withAgent(script)], {
    env: { PATH: `${tools}:${process.env['PATH'] ?? ''}`, BOOT_ROOT: folder, ...env },
  });
  return folder;
}

/** Runs what is installed in the folder as if that were /, with its tools. @returns its output @throws Error with all of it */
export async function onInstance(folder: string, path: string): Promise<string> {
  const env = { PATH: `${join(folder, 'tools')}:${process.env['PATH'] ?? ''}`, EVENKEEL_ROOT: folder };
  const { stdout } = await run(join(folder, path), [], { env }).catch((error: unknown) => {
    throw new Error((error as { readonly stderr: string }).stderr);
  });
  return stdout;
}

/** Stands in for a command. */
export async function tool(folder: string, name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}

/** The zip of an application as a deployment would upload it. */
export async function application(name: string): Promise<{ path: string; key: string }> {
  const { stdout } = await run(process.execPath, [
    join(root, 'tools/build/application.ts'),
    `examples/${name}`,
  ]);
  return JSON.parse(stdout) as { path: string; key: string };
}
