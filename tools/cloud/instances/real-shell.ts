import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Cancel } from '../kernel/index.ts';
import type { ScriptResult } from '../simulation/application.ts';

/** Where scripts find what is installed on an instance: under its own root instead. */
const INSTALLED = '/opt/evenkeel/';

/**
 * Runs a script as an instance's Systems Manager agent would, by `/bin/sh`, on what the instance has in place of a disk.
 * It takes real time, and the cloud's goes on meanwhile.
 *
 * @param root what it finds `/opt/evenkeel` under
 * @param done called at its end, unless it was killed before
 * @returns kills it, and all that it has started
 */
export function runScript(
  script: string,
  { root, env }: { readonly root: string; readonly env: Readonly<Record<string, string>> },
  done: (result: ScriptResult) => void,
): Cancel {
  const here = script.replaceAll(INSTALLED, join(root, INSTALLED));
  const child = spawn('/bin/sh', ['-c', here], {
    env: { ...env, EVENKEEL_ROOT: root },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let [stdout, stderr, isKilled] = ['', '', false];
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const end = (exitCode: number) => {
    if (!isKilled) done({ exitCode, stdout, stderr });
  };
  child.once('error', ({ message }) => {
    stderr += message;
    end(126);
  });
  // A shell that a signal has ended has no code of its own: 128 and the signal's number, as its caller would see it.
  child.once('close', (code) => end(code ?? 137));
  return () => {
    if (isKilled || child.pid === undefined || child.exitCode !== null) return;
    isKilled = true;
    process.kill(-child.pid, 'SIGKILL');
  };
}
