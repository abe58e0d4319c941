import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessKeys, Cancel, Kernel } from '../kernel/index.ts';
import type { Answer, Application, RealServer, ScriptResult } from '../simulation/application.ts';
import type { MetadataService } from './metadata.ts';
import { serveMetadata } from './metadata.ts';
import type { Command } from './server-process.ts';
import { runScript } from './real-shell.ts';
import { ScriptWait } from './script-wait.ts';
import { ServerProcess } from './server-process.ts';

/** What an instance's process needs of the cloud. */
export interface RealInstancePorts {
  readonly kernel: Kernel;
  readonly command: Command;
  /** What each instance gets a copy of in place of a disk; without it, its shell is simulated. */
  readonly root: string | undefined;
  /** Where the cloud is reached. */
  readonly endpoint: string;
  /** Virtual milliseconds that a process has, after it was asked to end. */
  readonly graceMs: number;
  /** Gives keys of the instance's role. */
  readonly keysFor: (
    application: Application,
  ) => { readonly name: string; readonly keys: AccessKeys } | undefined;
  readonly revoke: (keys: AccessKeys) => void;
  /** Called when what the application answers has changed. */
  readonly onChange: (application: Application) => void;
  /** Told of each line that a process writes. */
  readonly onLine: (instanceId: string, line: string) => void;
}

/** A service that ends by itself is started again after as many virtual milliseconds, so often in a row. */
const RESTART_AFTER_MS = 5000;
const MOST_RESTARTS = 5;
/** Real milliseconds that time waits for a process which was asked to end: what it has in flight takes no time. */
const PATIENCE_MS = 5000;
const UNASKED: Answer = { kind: 'answered', status: 503, body: '', seconds: 0 };

/** An instance whose application is a process of this machine. */
export class RealInstance implements RealServer {
  readonly #application: Application;
  readonly #on: RealInstancePorts;
  readonly #answers = new Map<string, Answer>();
  #process: ServerProcess | undefined;
  #metadata: MetadataService | undefined;
  #keys: AccessKeys | undefined;
  /** Its copy of the root. */
  #root: string | undefined;
  readonly #scripts = new Set<{ readonly wait: ScriptWait; readonly kill: Cancel }>();
  #load = 0;
  #isStarting = false;
  #isEnding = false;
  /** For good: what its application would do matters no more. */
  #isClosed = false;
  #failures = 0;
  #killing: Cancel = () => undefined;

  constructor(application: Application, on: RealInstancePorts) {
    this.#application = application;
    this.#on = on;
  }

  get port(): number | undefined {
    return this.#process?.isRunning === true ? this.#process.port : undefined;
  }

  /** Does to the process what has happened to the instance. */
  follow(): void {
    const { status, instance } = this.#application;
    if (status === 'serving') this.#serve();
    else if (status === 'hung') this.#process?.freeze();
    else if (status === 'draining') this.#terminate();
    else if (status === 'booting' || instance.isImpaired || instance.state === 'terminated') this.kill();
    else this.#terminate();
  }

  answer(path: string): Answer {
    const process = this.#process;
    if (process?.isRunning !== true) return { kind: 'refused' };
    if (process.isFrozen) return { kind: 'silent' };
    return this.#answers.get(path) ?? UNASKED;
  }

  async ask(path: string, timeoutMs: number): Promise<Answer> {
    const process = this.#process;
    if (process?.isRunning !== true) return { kind: 'refused' };
    const release = this.#on.kernel.clock.hold();
    try {
      const answer = await process.get(path, timeoutMs);
      if (process === this.#process) this.#answers.set(path, answer);
      return answer;
    } finally {
      release();
    }
  }

  run(script: string, done: (result: ScriptResult) => void): Cancel | undefined {
    const root = this.#root;
    if (root === undefined) return undefined;
    const env = { PATH: process.env['PATH'] ?? '', ...this.#on.command.env };
    const wait = new ScriptWait(this.#on.kernel.clock);
    const end = () => {
      this.#scripts.delete(running);
      wait.end();
    };
    const kill = runScript(script, { root, env }, (result) => {
      done(result);
      end();
    });
    const running = {
      wait,
      kill: () => {
        kill();
        end();
      },
    };
    this.#scripts.add(running);
    wait.follow(this.#load);
    return running.kill;
  }

  /** It has so many requests under way. */
  noteLoad(outstanding: number): void {
    this.#load = outstanding;
    for (const { wait } of this.#scripts) wait.follow(outstanding);
  }

  /** Ends the process at once, and what scripts run: the machine is without power. */
  kill(): void {
    this.#isEnding = true;
    this.#killing();
    for (const { kill } of this.#scripts) kill();
    this.#process?.kill();
  }

  /** Ends the process, and takes back what it was given. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.kill();
    await this.#process?.ended;
    this.#metadata?.close();
    if (this.#root !== undefined) rmSync(this.#root, { recursive: true });
    this.#root = undefined;
    if (this.#keys !== undefined) this.#on.revoke(this.#keys);
  }

  #serve(): void {
    if (this.#process?.isRunning === true && !this.#isEnding) this.#process.thaw();
    else if (!this.#isStarting && !this.#isClosed) void this.#start();
  }

  /** Time stands still until the process listens, or has failed to. */
  async #start(): Promise<void> {
    const release = this.#on.kernel.clock.hold();
    this.#isStarting = true;
    this.#isEnding = false;
    this.#killing();
    this.#answers.clear();
    try {
      await this.#process?.ended;
      this.#watch(await ServerProcess.start(await this.#command(), (line) => this.#say(line)));
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
      this.#restartLater();
    } finally {
      this.#isStarting = false;
      // What has happened to the instance meanwhile.
      if (this.#isClosed) this.kill();
      else if (this.#application.status !== 'serving') this.follow();
      this.#on.onChange(this.#application);
      release();
    }
  }

  #watch(process: ServerProcess): void {
    this.#process = process;
    this.#failures = 0;
    void process.ended.then(() => {
      if (this.#process !== process) return;
      if (!this.#isEnding) this.#restartLater();
      this.#on.onChange(this.#application);
    });
  }

  async #command(): Promise<Command> {
    const { command, endpoint, kernel } = this.#on;
    this.#metadata ??= await this.#serveMetadata();
    this.#root ??= this.#ownRoot();
    return {
      ...command,
      env: {
        PATH: process.env['PATH'] ?? '',
        PORT: '0',
        HOST: '127.0.0.1',
        AWS_REGION: kernel.account.region,
        AWS_ENDPOINT_URL: endpoint,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: this.#metadata.endpoint,
        // Who runs the cloud may have credentials of their own: they are none of an instance's.
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_CONFIG_FILE: '/dev/null',
        ...(this.#root !== undefined && { EVENKEEL_ROOT: this.#root }),
        ...command.env,
      },
    };
  }

  #ownRoot(): string | undefined {
    if (this.#on.root === undefined) return undefined;
    const root = mkdtempSync(join(tmpdir(), `${this.#application.instance.id}-`));
    cpSync(this.#on.root, root, { recursive: true, verbatimSymlinks: true });
    return root;
  }

  #serveMetadata(): Promise<MetadataService> {
    const role = this.#on.keysFor(this.#application);
    this.#keys = role?.keys;
    const { instance } = this.#application;
    return serveMetadata({ instance, region: this.#on.kernel.account.region, role: () => role });
  }

  /** Asks the process to end. Time waits for it a little; one that takes longer is killed when its grace is over. */
  #terminate(): void {
    const process = this.#process;
    if (process?.isRunning !== true || this.#isEnding) return;
    this.#isEnding = true;
    const release = this.#on.kernel.clock.hold();
    const patience = setTimeout(release, PATIENCE_MS);
    void process.ended.then(() => {
      clearTimeout(patience);
      release();
    });
    this.#killing = this.#on.kernel.clock.after(this.#on.graceMs, () => process.kill());
    process.terminate();
  }

  #restartLater(): void {
    if (++this.#failures > MOST_RESTARTS) return;
    this.#on.kernel.clock.after(RESTART_AFTER_MS, () => {
      if (this.#application.status === 'serving') this.#serve();
    });
  }

  #say(line: string): void {
    this.#on.onLine(this.#application.instance.id, line);
  }
}
