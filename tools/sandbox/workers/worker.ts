import type { Clock } from '../../cloud/kernel/index.ts';
import type { Answer, Application, RealServer, ScriptResult } from '../../cloud/simulation/application.ts';
import type { Job } from './jobs.ts';

/** How many jobs a worker does at once. */
export const HANDS = 4;

const DRAIN = '/opt/evenkeel/drain';

/** What a worker tells whoever stands behind it. */
export interface WorkerPorts {
  readonly clock: Clock;
  /** Its job is finished. */
  readonly finished: (job: Job, receiptHandle: string) => Promise<void>;
  /** It has a hand free. */
  readonly free: () => void;
}

/** The program on one instance of a worker fleet: does jobs, and ends in order when it is told to. */
export class Worker implements RealServer {
  readonly port = undefined;
  readonly #application: Application;
  readonly #on: WorkerPorts;
  readonly #jobs = new Map<Job, () => void>();
  #isLeaving = false;
  #isLost = false;
  #idle: () => void = () => undefined;
  #since: number;

  constructor(application: Application, on: WorkerPorts) {
    this.#application = application;
    this.#on = on;
    this.#since = on.clock.now();
  }

  get busy(): number {
    return this.#jobs.size;
  }

  /** How many jobs it can take. */
  get free(): number {
    const takes = !this.#isLeaving && !this.#isLost && this.#application.status === 'serving';
    return takes ? HANDS - this.busy : 0;
  }

  begin(job: Job, receiptHandle: string): void {
    this.account();
    const cancel = this.#on.clock.after(job.seconds * 1000, async () => {
      this.account();
      this.#jobs.delete(job);
      await this.#on.finished(job, receiptHandle);
      if (this.busy === 0) this.#idle();
      this.#on.free();
    });
    this.#jobs.set(job, cancel);
  }

  /** Its instance is gone. @returns the jobs that are lost with it: the queue has them still */
  lose(): Job[] {
    this.#isLost = true;
    const lost = [...this.#jobs.keys()];
    for (const cancel of this.#jobs.values()) cancel();
    this.#jobs.clear();
    return lost;
  }

  /** Counts what its hands have done since the last time as work of its CPU. */
  account(): void {
    const now = this.#on.clock.now();
    const seconds = (now - this.#since) / 1000;
    this.#since = now;
    this.#application.account((this.busy / HANDS) * this.#application.capacity * seconds);
  }

  answer(path: string): Answer {
    if (this.#application.status === 'booting') return answered(503);
    return answered(path === '/ready' ? 200 : 404);
  }

  ask(path: string): Promise<Answer> {
    return Promise.resolve(this.answer(path));
  }

  /** The drain's command ends when the last job has; all others are the shell's. */
  run(script: string, done: (result: ScriptResult) => void): (() => void) | undefined {
    if (!script.includes(DRAIN)) return undefined;
    this.#isLeaving = true;
    let isKilled = false;
    const end = () => {
      if (!isKilled) done({ exitCode: 0, stdout: 'no job left\n', stderr: '' });
    };
    if (this.busy === 0) this.#on.clock.after(0, end);
    else this.#idle = end;
    return () => {
      isKilled = true;
    };
  }
}

function answered(status: number): Answer {
  return { kind: 'answered', status, body: '', seconds: 0 };
}
