/**
 * Crashes at the boundary between the control plane and the world: the process is gone, before a call reached the
 * world or after, with its answer lost. What is left of a crash is a promise that never settles.
 */
export class Crashes {
  /** Names of the calls made so far, in their order. */
  readonly calls: string[] = [];
  #next: { readonly at: number; readonly when: 'before' | 'after' } | undefined;
  #crashed: () => void = () => undefined;

  /** Lets the n-th call from the beginning (0 is the first) be the last. */
  plan(at: number, when: 'before' | 'after'): void {
    this.#next = { at, when };
  }

  /** @returns the port with a boundary around each of its methods */
  around<Port extends object>(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          this.#call(`${name}.${String(key)}`, () => member.apply(target, args) as unknown);
      },
    });
  }

  async #call(name: string, work: () => unknown): Promise<unknown> {
    const crash = this.#next?.at === this.calls.length ? this.#next.when : undefined;
    this.calls.push(name);
    if (crash === undefined) return work();
    this.#next = undefined;
    if (crash === 'after') await work();
    this.#crashed();
    return new Promise(() => undefined);
  }

  /** Runs work until it ends; after each crash anew, as a new process would. */
  async survive<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      const crash = new Promise<'crashed'>((resolve) => {
        this.#crashed = () => resolve('crashed');
      });
      const result = await Promise.race([work().then((value) => ({ value })), crash]);
      if (result !== 'crashed') return result.value;
    }
  }
}
