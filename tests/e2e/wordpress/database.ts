import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { finished, succeeded } from '../../conformance/install/command.ts';
import type { Certificate } from './authority.ts';

/** A MariaDB that takes connections over TLS only. */
export class Database {
  readonly #folder: string;
  readonly #address: string;
  #certificate: Certificate;
  #server: ChildProcess | undefined;

  constructor(folder: string, address: string, certificate: Certificate) {
    this.#folder = folder;
    this.#address = address;
    this.#certificate = certificate;
  }

  async create(): Promise<void> {
    const where = [`--datadir=${this.#folder}/data`, '--user=root', '--skip-test-db'];
    await succeeded('mariadb-install-db', [
      '--no-defaults',
      ...where,
      '--auth-root-authentication-method=normal',
    ]);
  }

  async start(certificate = this.#certificate): Promise<void> {
    this.#certificate = certificate;
    this.#server = spawn(
      'mariadbd',
      [
        ...['--no-defaults', '--user=root', `--datadir=${this.#folder}/data`, `--socket=${this.#socket}`],
        ...[`--bind-address=${this.#address}`, '--skip-name-resolve', '--require-secure-transport=ON'],
        ...[
          `--ssl-cert=${certificate.certificate}`,
          `--ssl-key=${certificate.key}`,
          '--tls-version=TLSv1.2,TLSv1.3',
        ],
        ...['--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=64M'],
      ],
      { stdio: 'ignore' },
    );
    for (let tries = 0; tries < 400 && this.#server.exitCode === null; tries++) {
      if ((await finished('mariadb', [...this.#client, '-e', 'SELECT 1'])).exitCode === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('MariaDB does not start');
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('close', resolve));
    server.kill();
    await ended;
  }

  /** @returns rows, tab-separated columns */
  query(sql: string): Promise<string> {
    return succeeded('mariadb', [...this.#client, '-N', '-B'], { input: sql });
  }

  /** A session that stays open until it is ended, as another instance's. */
  session(sql: string): ChildProcess {
    const child = spawn('mariadb', [...this.#client, '-N', '-B', '--unbuffered'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.write(`${sql};\n`);
    return child;
  }

  get #socket(): string {
    return join(this.#folder, 'socket');
  }

  get #client(): readonly string[] {
    return ['--no-defaults', `--socket=${this.#socket}`, '--user=root'];
  }
}
