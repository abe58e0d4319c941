import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startCloud, type Cloud } from '../../../tools/cloud/cloud.ts';
import { pace, type Pace } from '../../../tools/cloud/kernel/index.ts';

export interface ClientWorld {
  /** What a client of the cloud finds in its environment. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

/** Virtual seconds in a real one, unless a client asks for another speed. */
const USUAL_SPEED = 1;

/**
 * A cloud for clients in other processes, which steer it by requests to `CLOUD_CONTROL`:
 * `POST /pass?seconds=90` answers when so much time has passed, `POST /speed?value=600` sets the pace, and
 * `POST /renew` puts an empty cloud in its place.
 */
export async function clientWorld(): Promise<ClientWorld> {
  let running = await start(0);
  const port = Number(new URL(running.cloud.endpoint).port);
  const control = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://control');
    void perform(pathname, searchParams).then(() => response.end());
  });
  const perform = async (path: string, query: URLSearchParams) => {
    if (path === '/pass') return passTime(running, Number(query.get('seconds')));
    if (path === '/speed') {
      running.pacing.speed = Number(query.get('value') ?? USUAL_SPEED);
      return;
    }
    await stop(running);
    running = await start(port);
  };
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  return {
    env: environment(running.cloud, control),
    close: async () => {
      control.close();
      control.closeAllConnections();
      await stop(running);
    },
  };
}

interface Running {
  readonly cloud: Cloud;
  readonly pacing: Pace;
}

/** File times and clients' clocks are real: the cloud's time begins where they are, as `npm run cloud` does. */
async function start(port: number): Promise<Running> {
  const cloud = await startCloud({ start: Date.now(), port });
  return { cloud, pacing: pace(cloud.clock, USUAL_SPEED) };
}

async function stop({ cloud, pacing }: Running): Promise<void> {
  await pacing.stop();
  await cloud.close();
}

async function passTime({ cloud: { clock }, pacing }: Running, seconds: number): Promise<void> {
  const usual = pacing.speed;
  const passed = new Promise<void>((resolve) => clock.after(seconds * 1000, resolve));
  pacing.speed = 'max';
  await passed;
  pacing.speed = usual;
}

function environment({ endpoint, kernel }: Cloud, control: Server): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: kernel.account.region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    CLOUD_CONTROL: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
  };
}
