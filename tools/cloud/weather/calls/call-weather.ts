import type { Kernel } from '../../kernel/index.ts';
import type { Call, Service } from '../../kernel/service.ts';
import type { EntryOf, Kind } from '../plan/schema.ts';
import type { Strike } from '../weather.ts';
import { Archive } from './archive.ts';
import { failure, throttle } from './codes.ts';
import { Limits } from './limits.ts';
import { describeCall, isMeant } from './target.ts';

type CallKind = Extract<Kind, 'throttle' | 'error' | 'slow' | 'lost-reply' | 'refused' | 'stale'>;

/** IAM's name of an operation. */
type ActionOf = (service: string, operation: string) => string;

/** The connection ends without a reply. */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut';
}

/** What the weather has in store for one call. */
export interface Outlook {
  /** Answers instead of the service's own operation: a copy of its past. */
  readonly operation: Service['operations'][string] | undefined;
  /** Virtual milliseconds before the reply. */
  readonly takes: number;
  readonly losesReply: boolean;
}

/** What the weather does to API calls. */
export class CallWeather {
  readonly #kernel: Kernel;
  readonly #archive: Archive;
  readonly #limits: Limits;
  readonly #actionOf: (call: Call) => string;
  #limitsEveryone = false;

  constructor(kernel: Kernel, services: readonly Service[], actionOf: ActionOf) {
    this.#kernel = kernel;
    this.#actionOf = ({ service, operation }) => actionOf(service, operation);
    this.#archive = new Archive(kernel.clock, services);
    this.#limits = new Limits(() => kernel.clock.now());
    kernel.weather.onBegin('stale', () => this.#archive.open());
    kernel.weather.onPlan(({ limits, limited }) => {
      if (limits !== undefined) this.#limits.use(limits);
      if (limited !== undefined) this.#limitsEveryone = limited === 'everyone';
    });
  }

  /**
   * Asked before an operation is carried out.
   *
   * @throws AwsError in the service's words when it is throttled or fails
   * @throws ConnectionCut when the call never arrives
   */
  meet(service: Service, call: Call, input: object): Outlook {
    const refused = this.#strike('refused', call, input);
    if (refused !== undefined) {
      refused.tell(nameOf(call), this.#actionOf(call));
      throw new ConnectionCut('The connection was refused.');
    }
    this.#throttle(call, input);
    const error = this.#strike('error', call, input);
    if (error !== undefined) {
      const { code, message, status } = error.entry;
      const thrown = failure(call.service, {
        code,
        ...(message === undefined ? {} : { message }),
        ...(status === undefined ? {} : { status }),
      });
      error.tell(`${nameOf(call)} fails with ${thrown.code}`, this.#actionOf(call));
      throw thrown;
    }
    return {
      operation: this.#past(service, call, input),
      takes: this.#latency(call, input),
      losesReply: this.#losesReply(call, input),
    };
  }

  #throttle(call: Call, input: object): void {
    const { service, operation, principal } = call;
    const isLimited = this.#limitsEveryone || principal.kind === 'role';
    if (isLimited && !this.#limits.take(service, operation, input)) throw throttle(service);
    const strike = this.#strike('throttle', call, input);
    if (strike === undefined) return;
    strike.tell(nameOf(call), this.#actionOf(call));
    throw throttle(service);
  }

  #past(service: Service, call: Call, input: object): Outlook['operation'] {
    const strike = this.#strike('stale', call, input);
    if (strike === undefined) return undefined;
    const age = strike.between(strike.entry.age);
    const operation = this.#archive.reads(service, age)?.[call.operation];
    if (operation !== undefined)
      strike.tell(`${nameOf(call)} is answered as of ${age / 1000} s ago`, this.#actionOf(call));
    return operation;
  }

  #latency(call: Call, input: object): number {
    const strike = this.#strike('slow', call, input);
    if (strike === undefined) return 0;
    const takes = strike.between(strike.entry.takes);
    strike.tell(`${nameOf(call)} takes ${takes / 1000} s`, this.#actionOf(call));
    return takes;
  }

  #losesReply(call: Call, input: object): boolean {
    const strike = this.#strike('lost-reply', call, input);
    strike?.tell(nameOf(call), this.#actionOf(call));
    return strike !== undefined;
  }

  #strike<K extends CallKind>(kind: K, call: Call, input: object): Strike<K> | undefined {
    return this.#kernel.weather.strike<K>(
      kind,
      () => describeCall(call, input),
      (entry) => isMeant((entry as EntryOf<CallKind>).target, call, input),
    );
  }
}

function nameOf({ service, operation, principal }: Call): string {
  const who = principal.kind === 'role' ? `${principal.roleName}: ` : '';
  return `${who}${service}:${operation}`;
}
