/** Whether this process may take traffic: asked often, so the answer stands for a while. */
export class Readiness {
  #isDraining = false;
  #answer: { readonly at: number; readonly problem: Promise<string | undefined> } | undefined;
  readonly #reach: () => Promise<void>;
  readonly #cacheMs: number;
  readonly #now: () => number;

  /**
   * @param reach   rejects when something that every request needs cannot be reached
   * @param cacheMs for how long an answer stands
   */
  constructor(reach: () => Promise<void>, cacheMs: number, now: () => number) {
    this.#reach = reach;
    this.#cacheMs = cacheMs;
    this.#now = now;
  }

  /** From here on it takes no more traffic. */
  drain(): void {
    this.#isDraining = true;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Why it may take no traffic, or undefined when it may. */
  async problem(): Promise<string | undefined> {
    if (this.#isDraining) return 'draining';
    const now = this.#now();
    if (this.#answer === undefined || now - this.#answer.at >= this.#cacheMs)
      this.#answer = { at: now, problem: this.#ask() };
    return this.#answer.problem;
  }

  async #ask(): Promise<string | undefined> {
    try {
      await this.#reach();
      return undefined;
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }
}
