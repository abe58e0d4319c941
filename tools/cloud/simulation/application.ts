import type { Cancel, Instant } from '../kernel/index.ts';
import type { InstanceRecord } from '../services/ec2/api.ts';
import type { ApplicationSettings } from './settings.ts';

/**
 * What an application is doing: `down` refuses connections, `hung` takes them and never answers, `booting`, `draining`
 * and `starved` (what it depends on is away) answer 503.
 */
export type ApplicationStatus = 'down' | 'hung' | 'booting' | 'serving' | 'draining' | 'starved';

/** What comes back from an HTTP request to an instance. */
export type Answer =
  | { readonly kind: 'refused' }
  | { readonly kind: 'silent' }
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: string;
      /** How long the answer took. */
      readonly seconds: number;
    };

/** How a share of the traffic went: requests, and seconds a request. */
export interface Served {
  readonly succeeded: number;
  /** Answered with a 5xx by the application. */
  readonly failed: number;
  /** Not answered at all. */
  readonly refused: number;
  readonly latencySeconds: number;
  /** Of those that succeeded, how many took long, and how long. */
  readonly slow: { readonly requests: number; readonly seconds: number };
}

/** What answers in the place of a simulated application: a process of this machine. */
export interface RealServer {
  /** Where it listens on 127.0.0.1, while it runs. */
  readonly port: number | undefined;
  /** What it said when it was last asked, or what connecting to it comes to. */
  answer(path: string): Answer;
  /** Asks it: `GET path`. @param timeoutMs in real time */
  ask(path: string, timeoutMs: number): Promise<Answer>;
  /**
   * Runs a script on it for real, where it has a disk of its own.
   *
   * @returns kills it; undefined where the instance's shell is simulated
   */
  run(script: string, done: (result: ScriptResult) => void): Cancel | undefined;
}

/** How a script ended: as its last command, as `exit` said, or with `set -e` as the first command that failed. */
export interface ScriptResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a request takes when nothing else is going on. */
const UNLOADED_LATENCY_SECONDS = 0.05;
/** Beyond this, clients and load balancers give up. */
const LONGEST_LATENCY_SECONDS = 5;

const NONE: Served = {
  succeeded: 0,
  failed: 0,
  refused: 0,
  latencySeconds: UNLOADED_LATENCY_SECONDS,
  slow: { requests: 0, seconds: 0 },
};

const IDLE_CPU_PERCENT = 2;
const BOOTING_CPU_PERCENT = 40;

/** The web application on one instance. */
export class Application {
  readonly instance: InstanceRecord;
  settings: ApplicationSettings;
  status: ApplicationStatus = 'down';
  /** While it drains: when the work in flight will be done. */
  idleAt: Instant | undefined;
  isHung = false;
  /** Its boot could not fetch what it needed: until the instance boots anew there is no application. */
  hasFailedToBoot = false;
  /** Set where the application is real. */
  server: RealServer | undefined;
  #requestsThisMinute = 0;

  constructor(instance: InstanceRecord, settings: ApplicationSettings) {
    this.instance = instance;
    this.settings = settings;
  }

  /** Requests a second that it can answer. */
  get capacity(): number {
    return this.settings.capacity;
  }

  /** Whether anything takes connections on a TCP port. */
  listensOn(port: number): boolean {
    return this.settings.port === 'any' || this.settings.port === port;
  }

  /** The answer to `GET path`. @param port where it was asked; without it, where it listens */
  get(path: string, port?: number): Answer {
    if (this.server !== undefined && this.status !== 'down' && (port === undefined || this.listensOn(port)))
      return this.server.answer(path);
    if (this.status === 'down') return { kind: 'refused' };
    if (port !== undefined && !this.listensOn(port)) return { kind: 'refused' };
    if (this.status === 'hung') return { kind: 'silent' };
    const [plainPath = '/'] = path.split('?');
    const isAlive = this.status === 'draining' || this.status === 'starved';
    if (plainPath === '/live' && isAlive) return answered(200, 'ok');
    if (this.status !== 'serving') return answered(503, this.status);
    if (!this.settings.paths.includes(plainPath)) return answered(404, 'not found');
    const { share, seconds } = this.settings.slow;
    return answered(200, 'ok', plainPath === '/' && share === 1 ? seconds : 0);
  }

  /**
   * Takes a share of the traffic: what exceeds its capacity fails.
   *
   * @param status what the application was doing while these requests came
   */
  serve(requests: number, seconds: number, status: ApplicationStatus): Served {
    if (status === 'down' || status === 'hung')
      return { ...NONE, refused: requests, latencySeconds: LONGEST_LATENCY_SECONDS };
    if (status !== 'serving') return { ...NONE, failed: requests };
    this.#requestsThisMinute += requests;
    const succeeded = Math.min(requests, this.capacity * seconds);
    const { share, seconds: long } = this.settings.slow;
    return {
      succeeded,
      failed: requests - succeeded,
      refused: 0,
      latencySeconds: latencyAt(requests / (this.capacity * seconds)),
      slow: { requests: succeeded * share, seconds: long },
    };
  }

  /** A real server has taken requests: its work counts as that of a simulated one. */
  account(requests: number): void {
    this.#requestsThisMinute += requests;
  }

  /**
   * The CPU use of the minute that ends now, in percent, and the begin of a new one.
   *
   * @param noise uniform in [0, 1): neighbours, cron jobs, garbage collection
   */
  endMinute(noise: number): number {
    const share = this.#requestsThisMinute / (this.capacity * 60);
    this.#requestsThisMinute = 0;
    const base = this.status === 'booting' ? BOOTING_CPU_PERCENT : IDLE_CPU_PERCENT;
    const wobble = (noise - 0.5) * 2;
    return Math.min(100, Math.max(0.1, base * noise + share * (100 + wobble)));
  }
}

function answered(status: number, text: string, seconds = 0): Answer {
  return { kind: 'answered', status, body: `${text}\n`, seconds };
}

/** Latency grows as in an M/M/1 queue with the share of the capacity in use, up to where everyone gives up. */
export function latencyAt(utilisation: number): number {
  if (utilisation >= 1) return LONGEST_LATENCY_SECONDS;
  return Math.min(LONGEST_LATENCY_SECONDS, UNLOADED_LATENCY_SECONDS / (1 - utilisation));
}
