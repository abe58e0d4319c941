import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startCloud, type Cloud } from '../../../tools/cloud/cloud.ts';
import { pace, type Pace } from '../../../tools/cloud/kernel/index.ts';

export interface ClientWorld {
  readonly cloud: Cloud;
  /** What a client of the cloud finds in its environment. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

/** Virtual seconds in a real one, unless a client asks for another speed. */
const USUAL_SPEED = 1;

/**
 * A cloud for clients in other processes, which steer its time by requests to `CLOUD_CONTROL`:
 * `POST /pass?seconds=90` answers when so much time has passed, `POST /speed?value=600` sets the pace.
 */
export async function clientWorld(): Promise<ClientWorld> {
  // File times and clients' clocks are real: the cloud begins where they are, as `npm run cloud` does.
  const cloud = await startCloud({ start: Date.now() });
  const pacing = pace(cloud.clock, USUAL_SPEED);
  const control = await listen(controlOf(cloud, pacing));
  const env = {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: cloud.kernel.account.region,
    AWS_REGION: cloud.kernel.account.region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    CLOUD_CONTROL: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
  };
  const close = async () => {
    control.close();
    control.closeAllConnections();
    await pacing.stop();
    await cloud.close();
  };
  return { cloud, env, close };
}

function controlOf({ clock }: Cloud, pacing: Pace): Server {
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://control');
    const done = () => response.end(String(clock.now()));
    if (pathname === '/pass') {
      const usual = pacing.speed;
      const end = clock.now() + Number(searchParams.get('seconds')) * 1000;
      clock.at(end, () => {
        pacing.speed = usual;
        done();
      });
      pacing.speed = 'max';
    } else {
      const value = searchParams.get('value');
      pacing.speed = value === null ? USUAL_SPEED : Number(value);
      done();
    }
  });
}

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
