import { boundary } from './boundary.ts';

/** What happens while something else is under way: between two of its calls to the world. */
export class Meanwhile {
  /** Names of the calls made so far, in their order. */
  readonly calls: string[] = [];
  #next: { readonly at: number; readonly work: () => Promise<unknown> } | undefined;
  #isOther = false;

  /** Has the work done once the n-th call (from 0) is made, before it reaches the world. */
  plan(at: number, work: () => Promise<unknown>): void {
    this.#next = { at, work };
  }

  get isPlanned(): boolean {
    return this.#next !== undefined;
  }

  /** @returns the port with a boundary around each of its methods */
  around<Port extends object>(name: string, port: Port): Port {
    return boundary(name, port, async (call, make) => {
      await this.#pass(call);
      return make();
    });
  }

  async #pass(name: string): Promise<void> {
    if (this.#isOther) return;
    const next = this.#next;
    this.calls.push(name);
    if (next?.at !== this.calls.length - 1) return;
    this.#next = undefined;
    this.#isOther = true;
    await next.work();
    this.#isOther = false;
  }
}

export interface Met<End> {
  /** What it comes to when the other thing happens before, and when it happens after. */
  readonly before: End;
  readonly after: End;
  readonly calls: readonly string[];
  /** What it comes to when the other thing happens between, by the call before which it does. */
  readonly between: readonly { readonly call: string; readonly end: End }[];
}

/**
 * Runs a scene once for each of its calls, with the other thing happening before that call: every way in which two
 * things can meet of which one is done within a moment.
 *
 * @param scene runs the one thing, and gives the other
 */
export async function everyMeeting<End>(
  scene: (meanwhile: Meanwhile) => {
    readonly one: () => Promise<unknown>;
    readonly other: () => Promise<unknown>;
    readonly end: () => End;
  },
): Promise<Met<End>> {
  const calm = scene(new Meanwhile());
  await calm.other();
  await calm.one();
  const undisturbed = new Meanwhile();
  const late = scene(undisturbed);
  await late.one();
  const { calls } = undisturbed;
  const made = [...calls];
  await late.other();
  const between: { call: string; end: End }[] = [];
  for (const [at, call] of made.entries()) {
    const meanwhile = new Meanwhile();
    const { one, other, end } = scene(meanwhile);
    meanwhile.plan(at, other);
    await one();
    if (meanwhile.isPlanned) throw new Error(`call ${at} (${call}) was not made`);
    between.push({ call: `${call}, call ${at} of ${made.length}`, end: end() });
  }
  return { before: calm.end(), after: late.end(), calls: made, between };
}
