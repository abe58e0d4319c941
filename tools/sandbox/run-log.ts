import type { Cloud } from '../cloud/cloud.ts';
import { EventLog } from '../cloud/event-log.ts';

/**
 * A run's event log. The calls of `sls` itself are left out: it names its packages by the real time, asks as often as
 * the machine is slow, and many things at once. All that its calls bring about is in it.
 */
export class RunLog {
  readonly #log: EventLog;
  #isDeployed = false;

  /** @throws Node's error when the file cannot be written */
  constructor(path: string, { kernel }: Pick<Cloud, 'kernel'>) {
    this.#log = new EventLog(path);
    kernel.journal.observe((entry) => {
      const isDeployments = entry.kind === 'api-call' && entry.principal.kind === 'account';
      if (this.#isDeployed || !isDeployments) this.#log.write(entry);
    });
  }

  /** The deployment has ended: from now on, the account's calls are the run's own. */
  deployed(): void {
    this.#isDeployed = true;
  }

  close(): void {
    this.#log.close();
  }
}
