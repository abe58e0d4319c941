import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Answer } from '../simulation/application.ts';

/** How a server is started. It takes a free port of 127.0.0.1 for `PORT=0`, and says `http://127.0.0.1:PORT` once it listens. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Real milliseconds that a server may take until it listens. */
const START_LIMIT_MS = 30_000;
const ADDRESS = /http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/;
/** Of what it wrote last, this many lines are told when it does not start. */
const LINES_TOLD = 20;

/** All that run, so that none outlives this process. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A server that runs as a process of this machine and listens. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  #hasEnded = false;
  #isFrozen = false;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    this.ended = endOf(child).then(() => {
      this.#hasEnded = true;
    });
  }

  /**
   * @param onLine told of each line that it writes
   * @throws Error with its last lines if it ends, or says no address, before it listens
   */
  static async start(command: Command, onLine: (line: string) => void): Promise<ServerProcess> {
    const { file, args, cwd, env } = command;
    const child = spawn(file, [...args], { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    void endOf(child).then(() => running.delete(child));
    try {
      return new ServerProcess(child, await portOf(child, onLine));
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  get isRunning(): boolean {
    return !this.#hasEnded;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Asks it to end in order. */
  terminate(): void {
    this.thaw();
    this.#child.kill('SIGTERM');
  }

  /** Ends it without a word, all its connections with it. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** It takes connections, by the system's hand, and never answers. */
  freeze(): void {
    if (this.#isFrozen) return;
    this.#isFrozen = true;
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    if (!this.#isFrozen) return;
    this.#isFrozen = false;
    this.#child.kill('SIGCONT');
  }

  /** `GET path` on a connection of its own, as health checks ask. */
  get(path: string, timeoutMs: number): Promise<Answer> {
    return new Promise((resolve) => {
      const asking = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path,
          agent: false,
          headers: { 'user-agent': 'ELB-HealthChecker/2.0' },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', () => resolve({ kind: 'refused' }));
          response.on('end', () => {
            const { statusCode: status = 0 } = response;
            // It took real time, and was judged by it: none of the cloud's.
            resolve({ kind: 'answered', status, body: Buffer.concat(chunks).toString(), seconds: 0 });
          });
        },
      );
      const giveUp = setTimeout(() => {
        resolve({ kind: 'silent' });
        asking.destroy();
      }, timeoutMs);
      asking.on('error', () => resolve({ kind: 'refused' }));
      asking.on('close', () => clearTimeout(giveUp));
      asking.end();
    });
  }
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}

function portOf(child: ChildProcess, onLine: (line: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const last: string[] = [];
    const fail = (why: string) => reject(new Error(`${child.spawnfile} ${why}\n${last.join('\n')}`));
    const limit = setTimeout(
      () => fail(`did not say where it listens in ${START_LIMIT_MS / 1000} s`),
      START_LIMIT_MS,
    );
    const read = (line: string) => {
      last.push(line);
      if (last.length > LINES_TOLD) last.shift();
      onLine(line);
      const port = ADDRESS.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(limit);
      resolve(Number(port));
    };
    for (const stream of [child.stdout, child.stderr]) readLines(stream, read);
    child.once('error', ({ message }) => fail(`cannot be started: ${message}`));
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      fail(`ended with ${signal ?? `exit code ${code ?? 0}`} before it listened`);
    });
  });
}

function readLines(stream: Readable | null, read: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', read);
}
