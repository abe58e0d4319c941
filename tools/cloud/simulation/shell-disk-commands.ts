import { matchesGlob } from 'node:path';
import type { Command, Exit, Host } from './shell-commands.ts';

const INSTALL_MS = 8_000;
const REMOVE_MS = 3_000;

/** The commands that see and change what is on the disk. */
export const DISK_COMMANDS: Readonly<Record<string, Command>> = {
  'apt-get': (args, host) =>
    apt(
      args.filter((arg) => !arg.startsWith('-')),
      host,
    ),
  dpkg: ([option, name = ''], { disk }) =>
    atOnce(
      option === '-s' && disk.packages.has(name)
        ? { code: 0, stdout: `Package: ${name}\nStatus: install ok installed\n` }
        : { code: 1, stderr: `dpkg-query: package '${name}' is not installed\n` },
    ),
  pgrep: (args, { disk }) => {
    const name = args.findLast((arg) => !arg.startsWith('-')) ?? '';
    const runs = disk.processes().includes(name);
    return atOnce(runs ? { code: 0, stdout: '4711\n' } : { code: 1 });
  },
  hostname: (_, { application }) => atOnce({ code: 0, stdout: `${application.instance.privateIp}\n` }),
  cat: (args, { disk }) => atOnce(cat(args, disk.files)),
  test: ([option, path = ''], { disk }) =>
    atOnce({ code: ['-e', '-f'].includes(option ?? '') && disk.files.has(path) ? 0 : 1 }),
  rm: (args, { disk }) => {
    for (const path of args) disk.files.delete(path);
    return atOnce({ code: 0 });
  },
};

function apt([action = '', ...names]: readonly string[], { disk: { packages } }: Host) {
  if (action === 'update') return { milliseconds: INSTALL_MS, exit: () => ({ code: 0 }) };
  if (action === 'install')
    return {
      milliseconds: INSTALL_MS,
      exit: () => {
        for (const name of names) packages.add(name);
        return { code: 0, stdout: `${names.length} newly installed\n` };
      },
    };
  if (action === 'remove' || action === 'purge')
    return { milliseconds: REMOVE_MS, exit: () => removed(names, packages) };
  return atOnce({ code: 100, stderr: `E: Invalid operation ${action}\n` });
}

/** What no package's name matches is an error, as when a pattern is misspelt. */
function removed(patterns: readonly string[], packages: Set<string>): Exit {
  for (const pattern of patterns) {
    const matching = [...packages].filter((name) => matchesGlob(name, pattern));
    if (matching.length === 0) return { code: 100, stderr: `E: Unable to locate package ${pattern}\n` };
    for (const name of matching) packages.delete(name);
  }
  return { code: 0, stdout: `${patterns.join(', ')} removed\n` };
}

function cat(paths: readonly string[], files: ReadonlyMap<string, string>): Exit {
  const missing = paths.find((path) => !files.has(path));
  if (missing !== undefined) return { code: 1, stderr: `cat: ${missing}: No such file or directory\n` };
  return { code: 0, stdout: paths.map((path) => files.get(path) ?? '').join('') };
}

function atOnce(exit: Exit) {
  return { milliseconds: 0, exit: () => exit };
}
