import type { Stage } from './scenario.ts';

/** The public parameter that the base infrastructure's launch template and the fleet's image policy name. */
const IMAGE_PARAMETER = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/** An instance that serves dies without a word. */
export function killOne(stage: Stage, at: number): void {
  stage.cloud.clock.at(at, () => {
    const [victim] = stage.inService();
    if (victim === undefined) stage.say('nothing serves that could die');
    else {
      stage.say(`${victim} dies without a word`);
      stage.cloud.services.ec2.kill(victim);
    }
  });
}

/** AWS takes an instance back, with two minutes of warning. */
export function interruptOne(stage: Stage, at: number): void {
  stage.cloud.clock.at(at, () => {
    const [victim] = stage.inService();
    if (victim === undefined) stage.say('nothing serves that could be reclaimed');
    else {
      stage.say(`${victim} is reclaimed in two minutes`);
      stage.cloud.services.ec2.interruptSpot(victim, { warning: true });
    }
  });
}

/** A newer image appears behind the public parameter. */
export function publishImage(stage: Stage, at: number, { isBroken }: { isBroken: boolean }): void {
  stage.cloud.clock.at(at, () => {
    const image = stage.cloud.services.ec2.publishImage({ parameter: IMAGE_PARAMETER, isBroken });
    stage.say(`${image} is the newest image${isBroken ? ', and its application will not start' : ''}`);
  });
}
