import type { Application } from './application.ts';
import type { Disk } from './disk.ts';
import { DISK_COMMANDS } from './shell-disk-commands.ts';

/** How a command ended. */
export interface Exit {
  readonly code: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** A command that takes `milliseconds`, and what it has come to by then. */
export interface Running {
  readonly milliseconds: number;
  readonly exit: () => Exit;
}

/** What commands can do to the instance they run on. */
export interface Host {
  readonly application: Application;
  readonly disk: Disk;
  /** Stops accepting requests. @returns milliseconds until the work in flight is done */
  drain(): number;
}

export type Command = (args: readonly string[], host: Host) => Running;

const DRAIN = '/opt/evenkeel/drain';

const COMMANDS: Readonly<Record<string, Command>> = {
  true: () => atOnce({ code: 0 }),
  ':': () => atOnce({ code: 0 }),
  set: () => atOnce({ code: 0 }),
  false: () => atOnce({ code: 1 }),
  echo: (args) => atOnce({ code: 0, stdout: `${args.join(' ')}\n` }),
  sleep: ([duration = '']) => sleep(duration),
  curl: (args, host) => curl(args, host.application),
  ...DISK_COMMANDS,
  [DRAIN]: (_, host) => ({
    milliseconds: host.drain(),
    exit: () => ({ code: 0, stdout: 'drained\n' }),
  }),
};

/** Starts a command; one that the instance does not have ends with 127, as in any shell. */
export function start(words: readonly string[], host: Host): Running {
  const [name = '', ...args] = words.slice(words.findIndex((word) => !isPrefix(word)));
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return command?.(args, host) ?? atOnce({ code: 127, stderr: `sh: ${name}: command not found\n` });
}

/** What may stand before a command and changes nothing here: scripts run as root, and variables are not known. */
function isPrefix(word: string): boolean {
  return word === 'sudo' || /^[A-Za-z_]\w*=/.test(word);
}

function atOnce(exit: Exit): Running {
  return { milliseconds: 0, exit: () => exit };
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

function sleep(duration: string): Running {
  const match = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(duration);
  if (match === null) return atOnce({ code: 1, stderr: `sleep: invalid time interval '${duration}'\n` });
  const [, amount = '0', unit = ''] = match;
  return { milliseconds: Number(amount) * (UNIT_SECONDS[unit] ?? 1) * 1000, exit: () => ({ code: 0 }) };
}

/** Options of curl that take a value; all others stand alone. */
const CURL_VALUES: readonly string[] = [
  '-m',
  '--max-time',
  '--connect-timeout',
  '-o',
  '--output',
  '-H',
  '-X',
  '-w',
];

/** `curl [options] URL` of the instance itself, ending with curl's own exit codes. */
function curl(args: readonly string[], application: Application): Running {
  const url = args.find((arg, at) => !arg.startsWith('-') && !CURL_VALUES.includes(args[at - 1] ?? ''));
  if (url === undefined) return atOnce({ code: 2, stderr: 'curl: no URL specified!\n' });
  return atOnce(request(withScheme(url), args, application));
}

function withScheme(url: string): string {
  return url.includes('://') ? url : `http://${url}`;
}

function request(url: string, args: readonly string[], application: Application): Exit {
  if (!URL.canParse(url)) return { code: 3, stderr: 'curl: (3) URL using bad/illegal format\n' };
  const { hostname, pathname, port } = new URL(url);
  const isLocal = ['localhost', '127.0.0.1', application.instance.privateIp].includes(hostname);
  if (!isLocal) return { code: 6, stderr: `curl: (6) Could not resolve host: ${hostname}\n` };
  const answer = application.get(pathname, port === '' ? 80 : Number(port));
  if (answer.kind === 'refused')
    return { code: 7, stderr: `curl: (7) Failed to connect to ${hostname} port ${port || '80'}\n` };
  if (answer.kind === 'silent') return { code: 28, stderr: 'curl: (28) Operation timed out\n' };
  const fails = args.some((arg) => arg === '--fail' || /^-[a-zA-Z]*f/.test(arg));
  if (fails && answer.status >= 400)
    return { code: 22, stderr: `curl: (22) The requested URL returned error: ${answer.status}\n` };
  const isSilent = args.includes('-o') || args.includes('--output');
  return { code: 0, stdout: isSilent ? '' : answer.body };
}
