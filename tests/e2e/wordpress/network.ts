import { spawn, type ChildProcess } from 'node:child_process';
import { finished, succeeded } from '../../conformance/install/command.ts';

const ip = (...args: string[]) => succeeded('ip', args);

/** Where the instances' metadata service has to listen at the network's address. */
export const METADATA_PORT = 8169;

const METADATA = '169.254.169.254';

const RELAY = `require('node:net').createServer((from) => {
  const to = require('node:net').connect(${METADATA_PORT}, process.argv[1]);
  from.pipe(to).pipe(from);
  for (const end of [from, to]) end.on('error', () => [from, to].forEach((socket) => socket.destroy()));
}).listen(80, '${METADATA}', () => console.log('listening'));`;

/** A network of its own for instances and what they reach; this machine is its first address. */
export class Network {
  readonly #bridge = `evk${process.pid}`;
  readonly #prefix = `10.77.${process.pid % 250}`;
  readonly address = `${this.#prefix}.1`;
  readonly #spaces: string[] = [];
  #relay: ChildProcess | undefined;

  async open(): Promise<void> {
    await ip('link', 'add', this.#bridge, 'type', 'bridge');
    await ip('addr', 'add', `${this.address}/24`, 'dev', this.#bridge);
    await ip('link', 'set', this.#bridge, 'up');
    // In a namespace of its own: this machine may have a metadata service itself.
    const { name } = await this.#space(2);
    await ip('-n', name, 'addr', 'add', `${METADATA}/32`, 'dev', 'host0');
    const relay = spawn('ip', ['netns', 'exec', name, process.execPath, '-e', RELAY, this.address], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => relay.stdout.once('data', resolve));
    this.#relay = relay;
  }

  /** Where one more instance may stand: a network namespace with an address in the network. */
  async place(number: number): Promise<{ path: string; address: string }> {
    const { name, address } = await this.#space(10 + number);
    await ip('-n', name, 'route', 'add', METADATA, 'dev', 'host0');
    return { path: `/run/netns/${name}`, address };
  }

  async #space(number: number): Promise<{ name: string; address: string }> {
    const name = `${this.#bridge}-${number}`;
    const address = `${this.#prefix}.${number}`;
    const link = `${this.#bridge}v${number}`;
    await ip('netns', 'add', name);
    this.#spaces.push(name);
    await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'host0', 'netns', name);
    await ip('link', 'set', link, 'master', this.#bridge, 'up');
    await ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'host0');
    await ip('-n', name, 'link', 'set', 'host0', 'up');
    await ip('-n', name, 'link', 'set', 'lo', 'up');
    return { name, address };
  }

  async close(): Promise<void> {
    this.#relay?.kill();
    for (const name of this.#spaces) await finished('ip', ['netns', 'del', name]);
    await finished('ip', ['link', 'del', this.#bridge]);
  }
}
