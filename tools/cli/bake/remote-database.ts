import { isIP } from 'node:net';

/** What a builder has told of its database. */
export interface DatabaseFacts {
  /** What the recipe's command printed. */
  readonly host: string;
  /** The builder's own addresses. */
  readonly addresses: readonly string[];
  /** Database servers that run on it. */
  readonly running: readonly string[];
}

const LOCAL_NAMES = new Set(['localhost', 'localhost.localdomain', 'ip6-localhost', '0.0.0.0', '::', '::1']);

/**
 * Why instances of an image would not share one database, and how to mend it; undefined when they would. Each instance
 * that writes into a database of its own loses what it was told as soon as it is terminated.
 */
export function databaseProblem({ host, addresses, running }: DatabaseFacts): string | undefined {
  if (running.length > 0)
    return `${running.join(' and ')} runs on the image: every instance would have a database of its own. Move the data to one that all share, such as RDS, and remove the server in the recipe`;
  const name = hostOf(host);
  if (name === '') return 'the command of database.host printed nothing: it has to print the host';
  if (isLocal(name) || addresses.includes(name))
    return `the application connects to ${name}, which is the instance itself: point it to a database that all instances share, such as RDS`;
  return undefined;
}

/** `db.internal` of `db.internal:3306`, `[::1]` or `"db.internal"`, as configuration files write it. */
function hostOf(printed: string): string {
  const text = printed
    .trim()
    .replace(/^["']|["']$/g, '')
    .toLowerCase();
  const bracketed = /^\[([^\]]+)\]/.exec(text)?.[1];
  return bracketed ?? (isIP(text) === 6 ? text : text.replace(/:\d+$/, ''));
}

/** A socket's path is local, too. */
function isLocal(name: string): boolean {
  return LOCAL_NAMES.has(name) || name.startsWith('/') || /^127\.\d+\.\d+\.\d+$/.test(name);
}
