import { Checks, type Verdict } from './observe/invariants/invariant.ts';
import type { Deed } from './scenario/scenario.ts';
import type { Session } from './session.ts';
import type { Stage } from './stage.ts';

/**
 * What people do during a run. Time stands still while somebody works, as it does for whoever looks at a run from
 * outside, and goes on while they wait.
 */
export class Deeds {
  readonly #stage: Stage;
  readonly #session: Session;
  readonly #checks = new Checks();
  #unfinished = 0;

  constructor(stage: Stage, session: Session) {
    this.#stage = stage;
    this.#session = session;
  }

  /** @param begin what deeds count their seconds from, milliseconds since the epoch */
  schedule(deeds: readonly Deed[], begin: number): void {
    for (const deed of deeds) this.#stage.cloud.clock.at(begin + deed.at * 1000, () => this.#begin(deed));
  }

  /** Whether all of them ended well; undefined without any. */
  verdicts(): Verdict[] {
    const { checked } = this.#checks.verdict('');
    if (checked + this.#unfinished === 0) return [];
    for (; this.#unfinished > 0; this.#unfinished--)
      this.#checks.expect(false, () => 'one was not over when the run ended');
    return [this.#checks.verdict('deeds-done')];
  }

  #begin({ says, does }: Deed): void {
    this.#session.say(says);
    this.#unfinished++;
    const { clock } = this.#stage.cloud;
    let release = clock.hold();
    const wait = async (milliseconds: number) => {
      release();
      await clock.passed(milliseconds);
      release = clock.hold();
    };
    void this.#end(says, does(this.#stage, wait)).finally(() => release());
  }

  async #end(says: string, deed: Promise<void>): Promise<void> {
    const failure = await deed.then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    this.#unfinished--;
    this.#checks.expect(failure === undefined, () => `${says}: ${failure ?? ''}`);
    if (failure !== undefined) this.#session.say(`failed: ${failure}`);
  }
}
