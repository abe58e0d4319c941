import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { ACCOUNT_KEYS } from '../../tools/cloud/kernel/index.ts';

export const root = resolve(import.meta.dirname, '..', '..');

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of ours as a process of its own, as a user would start it. */
export class Command {
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  #onOutput: () => void = () => undefined;

  constructor(args: readonly string[], env: Record<string, string> = {}, cwd = root) {
    this.process = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (text: Buffer) => {
      this.stdout += text.toString();
      this.#onOutput();
    });
    this.process.stderr?.on('data', (text: Buffer) => {
      this.stderr += text.toString();
    });
    this.ended = new Promise((resolve, reject) => {
      this.process.once('error', reject);
      this.process.once('close', (exitCode) => {
        resolve({ exitCode, stdout: this.stdout, stderr: this.stderr });
        this.#onOutput();
      });
    });
  }

  /** The first match in what the command has printed, as soon as it is there. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found !== null) return found;
      if (this.process.exitCode !== null)
        throw new Error(`ended without printing ${String(pattern)}:\n${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#onOutput = resolve;
      });
    }
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.process.kill(signal);
    return this.ended;
  }
}

/** `npm start -- …` */
export const start = (...args: string[]) => new Command(['tools/sandbox/main.ts', ...args]);

/** `npm start -- …` of a copy of the project. */
export const startIn = (folder: string, ...args: string[]) =>
  new Command(['tools/sandbox/main.ts', ...args], {}, folder);

/** `npx evenkeel …` */
export const evenkeel = (...args: string[]) => new Command(['tools/cli/bin.mjs', ...args]);

/** `npx sls …` against a local cloud. */
export const sls = (endpoint: string, ...args: string[]) =>
  new Command([join(root, 'node_modules/serverless/bin/serverless.js'), ...args], {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: ACCOUNT_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT_KEYS.secretAccessKey,
    SLS_AWS_MONITORING_FREQUENCY: '200',
    SLS_TELEMETRY_DISABLED: '1',
    SLS_NOTIFICATIONS_MODE: 'off',
  });
