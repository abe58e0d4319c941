import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const AGENT = join(import.meta.dirname, '..', '..', '..', 'examples', 'agent', 'evenkeel-agent');

/** Takes the server out of service, and waits until it says that nothing is under way any more. */
const DRAIN = `#!/bin/sh
mkfifo "$EVENKEEL_ROOT/run/idle"
kill -USR2 "$(cat "$EVENKEEL_ROOT/run/server.pid")" && cat "$EVENKEEL_ROOT/run/idle"
`;

/**
 * What an instance of this scenario has in place of a disk: the agent, as the examples' launch templates install it, and
 * the hook by which it drains the server.
 *
 * @returns the folder, and how it is removed
 */
export function makeRoot(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'evenkeel-root-'));
  const put = (name: string, text: string) => {
    const file = join(path, name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  };
  mkdirSync(join(path, 'run'));
  mkdirSync(join(path, 'opt', 'evenkeel'), { recursive: true });
  copyFileSync(AGENT, join(path, 'opt', 'evenkeel', 'evenkeel-agent'));
  for (const name of ['ready', 'busy', 'drain'])
    symlinkSync('evenkeel-agent', join(path, 'opt', 'evenkeel', name));
  put('etc/evenkeel/drain.d/50-server', DRAIN);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
