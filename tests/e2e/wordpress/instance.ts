import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { finished, succeeded, type Finished } from '../../conformance/install/command.ts';
import { bootScript } from './image.ts';

const { withAgent } = createRequire(import.meta.url)('../../../infra/user-data.cjs') as {
  readonly withAgent: (script: string) => string;
};

const UPLOADS = '/var/lib/wordpress/wp-content/uploads';

export interface Place {
  /** The image's root, which is shared and stays as it is. */
  readonly image: string;
  /** A folder of its own. */
  readonly folder: string;
  readonly network: { readonly path: string; readonly address: string };
  /** What stands for EFS: a folder of this machine. */
  readonly uploads: string;
  /** Names by address, as the VPC's resolver would tell them. */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
}

/** An instance: systemd and all that it starts, over an image, in namespaces of its own. */
export class Instance {
  readonly address: string;
  readonly #place: Place;
  readonly #container: ChildProcess;
  readonly #leader: number;

  private constructor(place: Place, container: ChildProcess, leader: number) {
    this.address = place.network.address;
    this.#place = place;
    this.#container = container;
    this.#leader = leader;
  }

  static async launch(place: Place): Promise<Instance> {
    const { folder, image, network, uploads, hosts } = place;
    // Writable layers in memory: not every file system can carry one.
    mkdirSync(folder, { recursive: true });
    await succeeded('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
    for (const name of ['upper', 'work', 'root']) mkdirSync(join(folder, name));
    const root = join(folder, 'root');
    const layers = `lowerdir=${image},upperdir=${join(folder, 'upper')},workdir=${join(folder, 'work')}`;
    await succeeded('mount', ['-t', 'overlay', 'overlay', '-o', layers, root]);
    const lines = Object.entries(hosts).map(([address, names]) => `${address} ${names.join(' ')}\n`);
    writeFileSync(join(root, 'etc/hosts'), `127.0.0.1 localhost\n${lines.join('')}`);
    const container = spawn(
      'systemd-nspawn',
      [
        ...[
          '-q',
          '-D',
          root,
          '--register=no',
          '--keep-unit',
          '--console=pipe',
          '--boot',
          '--link-journal=no',
        ],
        ...[`--network-namespace-path=${network.path}`, `--bind=${uploads}:${UPLOADS}`],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    container.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const instance = new Instance(place, container, await leaderOf(container, () => said));
    await instance.#started(() => said);
    return instance;
  }

  /** Resolves once systemd has started what it starts: before, it still empties /tmp, and may not answer at all. */
  async #started(said: () => string): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      const { stdout } = await this.run('systemctl', 'is-system-running', '--wait');
      if (['running', 'degraded'].includes(stdout.trim())) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`systemd does not come up: ${said()}`);
  }

  /** A command on the instance, as Session Manager would run it. */
  run(...command: string[]): Promise<Finished> {
    return finished('nsenter', [
      `--target=${this.#leader}`,
      '--all',
      'env',
      '-C',
      '/',
      '-i',
      `PATH=${PATH}`,
      ...command,
    ]);
  }

  /** The same, for one that has to succeed. */
  async output(...command: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(...command);
    if (exitCode !== 0) throw new Error(`${command.join(' ')} exited ${exitCode}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Runs the boot script with these settings before it, as UserData has them. */
  async boot(settings: Readonly<Record<string, string>>): Promise<Finished> {
    const preamble = Object.entries(settings).map(([name, value]) => `export EVENKEEL_${name}='${value}'\n`);
    const userData = `#!/bin/bash\n${preamble.join('')}${withAgent(readFileSync(bootScript, 'utf8'))}`;
    writeFileSync(join(this.#place.folder, 'root/root/user-data'), userData, { mode: 0o700 });
    return this.run('bash', '/root/user-data');
  }

  /** Ends it as an instance ends that is terminated. */
  async terminate(): Promise<void> {
    if (this.#container.exitCode === null) {
      const ended = new Promise((resolve) => this.#container.once('close', resolve));
      process.kill(this.#leader, 'SIGKILL');
      await ended;
    }
    await finished('umount', [join(this.#place.folder, 'root')]);
    await finished('umount', [this.#place.folder]);
  }
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The process that is 1 within. */
async function leaderOf({ pid, exitCode }: ChildProcess, said: () => string): Promise<number> {
  for (let tries = 0; tries < 200 && exitCode === null; tries++) {
    const children = readFileSync(`/proc/${pid ?? 0}/task/${pid ?? 0}/children`, 'utf8').trim();
    const { stdout } = await finished('nsenter', [`--target=${children}`, '--all', 'cat', '/proc/1/comm']);
    if (stdout.trim() === 'systemd') return Number(children);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The container does not come up: ${said()}`);
}
