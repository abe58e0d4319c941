import type { Cancel, Kernel } from '../kernel/index.ts';
import type { ScriptResult } from './application.ts';
import type { Applications } from './applications.ts';
import type { Disks } from './disks.ts';
import { start, type Host } from './shell-commands.ts';
import { parseScript, type Step } from './shell-script.ts';

/** The shell of every instance: it knows the application's own commands and a few of the system's. */
export class Shell {
  readonly #kernel: Kernel;
  readonly #applications: Applications;
  readonly #disks: Disks;

  constructor(kernel: Kernel, applications: Applications, disks: Disks) {
    this.#kernel = kernel;
    this.#applications = applications;
    this.#disks = disks;
  }

  /**
   * Runs a script on an instance, taking as long as its commands take on the clock.
   *
   * @param done called at the end; never, if there is no such instance
   * @returns kills the script
   */
  run(instanceId: string, script: string, done: (result: ScriptResult) => void): Cancel {
    const application = this.#applications.of(instanceId);
    if (application === undefined) return () => undefined;
    const kill = application.server?.run(script, done);
    if (kill !== undefined) return kill;
    const disk = this.#disks.of(instanceId);
    const host = { application, disk, drain: () => this.#applications.drain(application) };
    const run = new Run(this.#kernel, host, done);
    run.begin(script);
    return () => run.kill();
  }
}

/** One script while it runs. */
class Run {
  readonly #kernel: Kernel;
  readonly #host: Host;
  readonly #done: (result: ScriptResult) => void;
  #steps: readonly Step[] = [];
  #next = 0;
  #exitCode = 0;
  #stopsAtFailure = false;
  #stdout = '';
  #stderr = '';
  #cancel: Cancel = () => undefined;

  constructor(kernel: Kernel, host: Host, done: (result: ScriptResult) => void) {
    this.#kernel = kernel;
    this.#host = host;
    this.#done = done;
  }

  begin(script: string): void {
    try {
      this.#steps = parseScript(script);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#exitCode = 2;
      this.#stderr = `sh: ${error.message}\n`;
    }
    this.#cancel = this.#kernel.clock.after(0, () => this.#continue());
  }

  kill(): void {
    this.#cancel();
  }

  #continue(): void {
    const step = this.#steps[this.#next++];
    if (step === undefined) this.#end();
    else if (!this.#isDue(step)) this.#continue();
    else this.#execute(step);
  }

  #isDue({ when }: Step): boolean {
    return when === 'always' || (when === 'succeeded') === (this.#exitCode === 0);
  }

  #execute({ words, into }: Step): void {
    const [name, argument] = words;
    if (name === 'exit') {
      this.#exitCode = argument === undefined ? this.#exitCode : Number(argument) % 256;
      this.#end();
      return;
    }
    if (name === 'set' && argument?.includes('e')) this.#stopsAtFailure = argument.startsWith('-');
    const running = start(words, this.#host);
    this.#cancel = this.#kernel.clock.after(running.milliseconds, () => {
      const { code, stdout = '', stderr = '' } = running.exit();
      this.#exitCode = code;
      if (into === undefined) this.#stdout += stdout;
      else this.#write(into, stdout);
      this.#stderr += stderr;
      if (code !== 0 && this.#stopsAtFailure && !this.#isGuarded()) this.#end();
      else this.#continue();
    });
  }

  #write({ path, appends }: NonNullable<Step['into']>, text: string): void {
    const { files } = this.#host.disk;
    files.set(path, appends ? `${files.get(path) ?? ''}${text}` : text);
  }

  /** `set -e` lets a failure pass that `&&` or `||` looks at. */
  #isGuarded(): boolean {
    const following = this.#steps[this.#next];
    return following !== undefined && following.when !== 'always';
  }

  #end(): void {
    this.#done({ exitCode: this.#exitCode, stdout: this.#stdout, stderr: this.#stderr });
  }
}
