const GOING = new Set(['stopping', 'stopped', 'shutting-down', 'terminated']);

/** Whether a state of EC2's `InstanceStateName` takes an instance out of work. */
export function isLeavingWork(state: string): boolean {
  return GOING.has(state);
}

/**
 * Whether an instance stopped or ended without its group's doing: the group still counts it as serving. One that is
 * on its way out, or in standby, was taken out by the group or by a person who told it so.
 *
 * @param lifecycle the group's lifecycle state of the instance
 */
export function isUnexpectedLoss(state: string, lifecycle: string): boolean {
  return isLeavingWork(state) && lifecycle === 'InService';
}
