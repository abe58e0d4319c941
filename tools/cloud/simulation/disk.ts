/** What an instance has on its disk, as far as commands can see it. */
export class Disk {
  readonly packages: Set<string>;
  /** Contents by path. */
  readonly files: Map<string, string>;

  constructor(packages: Iterable<string> = [], files: Iterable<readonly [string, string]> = []) {
    this.packages = new Set(packages);
    this.files = new Map(files);
  }

  copy(): Disk {
    return new Disk(this.packages, this.files);
  }

  /** Names of the processes that the installed packages run. */
  processes(): string[] {
    return [...this.packages].flatMap((name) => SERVERS[name] ?? []);
  }
}

/** Debian's packages that run a server once they are installed, and the name of its process. */
const SERVERS: Readonly<Record<string, string>> = {
  'mariadb-server': 'mariadbd',
  'mysql-server': 'mysqld',
  nginx: 'nginx',
  postgresql: 'postgres',
  'redis-server': 'redis-server',
};
