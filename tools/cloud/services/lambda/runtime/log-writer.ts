import type { Kernel, Principal } from '../../../kernel/index.ts';
import { arn } from '../../../kernel/index.ts';
import type { FunctionVersion } from '../functions.ts';
import type { LambdaPorts } from '../ports.ts';
import { logGroupOf } from '../settings.ts';

/** Writes what one environment says to its log stream, if the function's role may. */
export class LogWriter {
  readonly stream: string;
  readonly #kernel: Kernel;
  readonly #group: string;
  readonly #logs: LambdaPorts['logs'];
  readonly #mayWrite: boolean;

  constructor(
    kernel: Kernel,
    version: FunctionVersion,
    role: Principal,
    on: Pick<LambdaPorts, 'logs' | 'authorize'>,
  ) {
    this.#kernel = kernel;
    this.#logs = on.logs;
    this.#group = logGroupOf(version);
    const day = kernel.clock.date().toISOString().slice(0, 10).replaceAll('-', '/');
    this.stream = `${day}/[${version.version}]${kernel.ids.hex(32)}`;
    this.#mayWrite = this.#open(role, on.authorize);
  }

  /** A line of the function's own: observers of the cloud see it too. */
  write(line: string): void {
    if (!this.#isOpen()) return;
    this.#kernel.journal.record({ kind: 'log', group: this.#group, line });
    this.#logs.append(this.#group, this.stream, line);
  }

  /** A line of Lambda's, about the invocation. */
  writePlatform(line: string): void {
    if (this.#isOpen()) this.#logs.append(this.#group, this.stream, line);
  }

  /** A group that is deleted meanwhile comes back with the next environment only. */
  #isOpen(): boolean {
    return this.#mayWrite && this.#logs.hasGroup(this.#group);
  }

  #open(role: Principal, authorize: LambdaPorts['authorize']): boolean {
    const group = arn(this.#kernel.account, 'logs', `log-group:${this.#group}`);
    if (!this.#logs.hasGroup(this.#group)) {
      if (!authorize(role, 'logs:CreateLogGroup', group)) return false;
      this.#logs.createGroup(this.#group);
    }
    // The stream's resource is the group's ARN with `:*` for the one action and the stream's name for the other.
    return (
      authorize(role, 'logs:CreateLogStream', `${group}:log-stream:${this.stream}`) &&
      authorize(role, 'logs:PutLogEvents', `${group}:log-stream:${this.stream}`)
    );
  }
}
