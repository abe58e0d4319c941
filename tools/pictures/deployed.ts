import type { FleetName } from '../../shared/domain/index.ts';
import { startCloud } from '../cloud/cloud.ts';
import { pace } from '../cloud/kernel/index.ts';
import { sls } from '../sandbox/sls.ts';
import { STAGE, Stage } from '../sandbox/stage.ts';

/** How long the first instances take to boot and to be admitted, with room. */
const UNTIL_READY = 10 * 60_000;

/**
 * Deploys a profile to a local cloud of its own by `sls`, and lets its time run while `work` looks at what is there.
 * @param fleet the profile's fleet, whose instances are in service when `work` begins
 */
export async function withDeployed(
  profile: string,
  fleet: FleetName,
  work: (stage: Stage) => Promise<void>,
): Promise<void> {
  const cloud = await startCloud({ start: Date.now() });
  const stage = new Stage(cloud, fleet, () => undefined);
  const pacing = pace(cloud.clock, 600);
  try {
    const { endpoint } = cloud;
    const deployment = { endpoint, region: stage.region, stage: STAGE, params: { profile } };
    await sls('deploy', deployment, AbortSignal.timeout(300_000));
    await new Promise((resolve) => cloud.clock.at(cloud.clock.now() + UNTIL_READY, () => resolve(undefined)));
    await work(stage);
  } finally {
    await pacing.stop();
    stage.close();
    await cloud.close();
  }
}
