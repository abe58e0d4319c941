import { execFile } from 'node:child_process';
import { chmod, mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);

/**
 * Runs examples/NAME/boot.sh into a folder of its own. What an image has and this machine may not is stood in for: `aws`
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
  await run('bash', [join(root, 'examples', name, 'boot.sh')], {
    env: { PATH: `${tools}:${process.env['PATH'] ?? ''}`, BOOT_ROOT: folder, ...env },
  });
  return folder;
}

async function tool(folder: string, name: string, script: string): Promise<void> {
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
