import type { Stage } from '../stage.ts';
import { partOfDay, type Scenario } from './scenario.ts';

/** The smallest fleet: its owner changes its size by hand and watches, then its CPU decides, then all of it is removed. */
export const hello: Scenario = {
  name: 'hello',
  description: 'the smallest fleet: sized by hand, then by its CPU, then removed by one command',
  setting: { profile: 'hello', fleet: 'hello', fleets: 'examples/hello/fleets.yml' },
  hours: 6,
  peak: 160,
  entries: (day) => [{ kind: 'death', from: partOfDay(0.7, day) }],
  deeds: () => [
    {
      at: -420,
      says: 'you set the desired capacity to 2, and watch',
      does: async (stage, wait) => {
        await setDesired(stage, 2);
        await wait(200_000);
        await expectInService(stage, 2);
        // CPU has asked for less all the while: what a person has set stands for half an hour.
        await wait(1_400_000);
        await expectInService(stage, 2);
      },
    },
  ],
  isRemoved: true,
};

async function setDesired(stage: Stage, DesiredCapacity: number): Promise<void> {
  const { AutoScalingGroupName } = await stage.group();
  await stage.autoScaling.setDesiredCapacity({ AutoScalingGroupName, DesiredCapacity });
}

async function expectInService(stage: Stage, count: number): Promise<void> {
  const { Instances = [] } = await stage.group();
  const serving = Instances.filter(({ LifecycleState }) => LifecycleState === 'InService');
  if (serving.length !== count) throw new Error(`${serving.length} instances are in service, not ${count}`);
}
