import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import { boundary } from './boundary.ts';

/**
 * How a call between the control plane and the world fails:
 * - `before`: the process is gone before the call has reached the world;
 * - `after`: the process is gone once the call has had its effect;
 * - `reply lost`: the call has its effect, and whoever made it gets an error;
 * - `refused`: the call has no effect, and whoever made it gets an error.
 */
export const FAILURES = ['before', 'after', 'reply lost', 'refused'] as const;
export type Failure = (typeof FAILURES)[number];

/** What is left of a dead process is promises that never settle. */
const never = () => new Promise<never>(() => undefined);

/** Failures at the boundary between the control plane and the world: one of its calls is the last, or fails. */
export class Crashes {
  /** Names of the calls made so far, in their order. */
  readonly calls: string[] = [];
  readonly #processes = new AsyncLocalStorage<number>();
  #process = 0;
  #next: { readonly at: number; readonly how: Failure } | undefined;
  #failures = 0;
  #crashed: () => void = () => undefined;

  /** Lets the n-th call from the beginning (0 is the first) fail. */
  plan(at: number, how: Failure): void {
    this.#next = { at, how };
  }

  /** Whether what was planned is yet to come. */
  get isPlanned(): boolean {
    return this.#next !== undefined;
  }

  /** @returns the port with a boundary around each of its methods */
  around<Port extends object>(name: string, port: Port): Port {
    return boundary(name, port, (call, make) => this.#call(call, make));
  }

  async #call(name: string, work: () => unknown): Promise<unknown> {
    if (this.#isDead()) return never();
    const how = this.#next?.at === this.calls.length ? this.#next.how : undefined;
    this.calls.push(name);
    if (how === undefined) return work();
    this.#next = undefined;
    this.#failures++;
    if (how === 'after' || how === 'reply lost') await work();
    if (how === 'reply lost' || how === 'refused') throw new Error(`${name} failed: ${how}`);
    this.#process++;
    this.#crashed();
    return never();
  }

  /** Calls that a dead process had under way beside the last one do not reach the world either. */
  #isDead(): boolean {
    const mine = this.#processes.getStore();
    return mine !== undefined && mine !== this.#process;
  }

  /**
   * Runs work until it ends; after the failure anew, as a new process would, unless the work has coped with it.
   *
   * @param pause what passes until it is tried again
   */
  async survive<Result>(work: () => Promise<Result>, pause: () => void = () => undefined): Promise<Result> {
    for (;;) {
      const crash = new Promise<'crashed'>((resolve) => {
        this.#crashed = () => resolve('crashed');
      });
      const failures = this.#failures;
      try {
        const run = this.#processes.run(++this.#process, work);
        const result = await Promise.race([run.then((value) => ({ value })), crash]);
        if (result !== 'crashed') return result.value;
      } catch (error) {
        if (this.#failures === failures) throw error;
      }
      pause();
    }
  }
}

/** A run of a workflow with its retries: what the world has come to, and what is to be said of it. */
type Scene<End> = (crashes: Crashes) => Promise<End>;

export interface Crashed<End> {
  /** What the undisturbed run came to. */
  readonly calm: End;
  /** The calls that it made, in their order. */
  readonly calls: readonly string[];
  /** Runs that came to something else, each by the call that failed. */
  readonly differing: readonly { readonly call: string; readonly end: unknown }[];
}

/** Runs a scene undisturbed, and then once for each of its calls and each way in which that may fail. */
export async function everyCrash<End>(scene: Scene<End>): Promise<Crashed<End>> {
  const undisturbed = new Crashes();
  const calm = await scene(undisturbed);
  const calls = undisturbed.calls;
  const differing: { call: string; end: unknown }[] = [];
  for (const [at, call] of calls.entries())
    for (const how of FAILURES) {
      const crashes = new Crashes();
      crashes.plan(at, how);
      const end = await scene(crashes).catch((error: unknown) => String(error));
      if (crashes.isPlanned || !isDeepStrictEqual(end, calm))
        differing.push({ call: `${call}, call ${at} of ${calls.length}, ${how}`, end });
    }
  return { calm, calls, differing };
}
