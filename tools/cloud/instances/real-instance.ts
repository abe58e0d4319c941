import type { AccessKeys, Cancel, Kernel } from '../kernel/index.ts';
import type { Answer, Application, RealServer } from '../simulation/application.ts';
import type { MetadataService } from './metadata.ts';
import { serveMetadata } from './metadata.ts';
import type { Command } from './server-process.ts';
import { ServerProcess } from './server-process.ts';

/** What an instance's process needs of the cloud. */
export interface RealInstancePorts {
  readonly kernel: Kernel;
  readonly command: Command;
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

  /** Ends the process at once: the machine is without power. */
  kill(): void {
    this.#isEnding = true;
    this.#killing();
    this.#process?.kill();
  }

  /** Ends the process, and takes back what it was given. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.kill();
    await this.#process?.ended;
    this.#metadata?.close();
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
        ...command.env,
      },
    };
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
