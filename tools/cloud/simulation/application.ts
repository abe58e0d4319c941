import type { Instant } from '../kernel/index.ts';
import type { InstanceRecord } from '../services/ec2/api.ts';

/**
 * What an application is doing: `down` refuses connections, `hung` takes them and never answers, `booting` and
 * `draining` answer 503.
 */
export type ApplicationStatus = 'down' | 'hung' | 'booting' | 'serving' | 'draining';

/** What comes back from an HTTP request to an instance. */
export type Answer =
  | { readonly kind: 'refused' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: string };

/** How a share of the traffic went: requests, and seconds a request. */
export interface Served {
  readonly succeeded: number;
  /** Answered with a 5xx by the application. */
  readonly failed: number;
  /** Not answered at all. */
  readonly refused: number;
  readonly latencySeconds: number;
}

const PATHS: readonly string[] = ['/', '/ready', '/health'];

/** What a request takes when nothing else is going on. */
const UNLOADED_LATENCY_SECONDS = 0.05;
/** Beyond this, clients and load balancers give up. */
const LONGEST_LATENCY_SECONDS = 5;

const IDLE_CPU_PERCENT = 2;
const BOOTING_CPU_PERCENT = 40;

/** The web application on one instance. */
export class Application {
  readonly instance: InstanceRecord;
  /** Requests a second that it can answer. */
  capacity: number;
  status: ApplicationStatus = 'down';
  /** While it drains: when the work in flight will be done. */
  idleAt: Instant | undefined;
  isHung = false;
  #requestsThisMinute = 0;

  constructor(instance: InstanceRecord, capacity: number) {
    this.instance = instance;
    this.capacity = capacity;
  }

  /** The answer to `GET path`. */
  get(path: string): Answer {
    if (this.status === 'down') return { kind: 'refused' };
    if (this.status === 'hung') return { kind: 'silent' };
    if (this.status !== 'serving') return { kind: 'answered', status: 503, body: `${this.status}\n` };
    const [plainPath = '/'] = path.split('?');
    return PATHS.includes(plainPath)
      ? { kind: 'answered', status: 200, body: 'ok\n' }
      : { kind: 'answered', status: 404, body: 'not found\n' };
  }

  /**
   * Takes a share of the traffic: what exceeds its capacity fails.
   *
   * @param status what the application was doing while these requests came
   */
  serve(requests: number, seconds: number, status: ApplicationStatus): Served {
    if (status === 'down' || status === 'hung')
      return { succeeded: 0, failed: 0, refused: requests, latencySeconds: LONGEST_LATENCY_SECONDS };
    if (status !== 'serving')
      return { succeeded: 0, failed: requests, refused: 0, latencySeconds: UNLOADED_LATENCY_SECONDS };
    this.#requestsThisMinute += requests;
    const succeeded = Math.min(requests, this.capacity * seconds);
    return {
      succeeded,
      failed: requests - succeeded,
      refused: 0,
      latencySeconds: latencyAt(requests / (this.capacity * seconds)),
    };
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

/** Latency grows as in an M/M/1 queue with the share of the capacity in use, up to where everyone gives up. */
export function latencyAt(utilisation: number): number {
  if (utilisation >= 1) return LONGEST_LATENCY_SECONDS;
  return Math.min(LONGEST_LATENCY_SECONDS, UNLOADED_LATENCY_SECONDS / (1 - utilisation));
}
