import type { FleetName, Story } from '../../domain/index.ts';

const STAGE = '{stage}';

/** Commands that show more of what a story tells; whoever tells it puts the stage in. */
export const lookAt = {
  fleet: (fleet: FleetName) => `npx evenkeel status ${fleet} --stage ${STAGE}`,
  decisions: (fleet: FleetName) => `npx evenkeel explain ${fleet} --changes --stage ${STAGE}`,
  drains: (fleet: FleetName) => `npx evenkeel drains --fleet ${fleet} --all --stage ${STAGE}`,
  causes: (fleet: FleetName) => `npx evenkeel doctor --fleet ${fleet}`,
  activities: (group: string) =>
    `aws autoscaling describe-scaling-activities --auto-scaling-group-name ${group} --max-items 10`,
  refreshes: (group: string) =>
    `aws autoscaling describe-instance-refreshes --auto-scaling-group-name ${group} --max-records 3`,
  log: (name: string) => `aws logs tail /aws/lambda/evenkeel-${STAGE}-${name} --since 1h`,
} as const;

/** The story as a deployment tells it: its commands name the stage. */
export function toldBy(stage: string, story: Story): Story {
  const { look } = story;
  return look === undefined ? story : { ...story, look: look.replaceAll(STAGE, stage) };
}
