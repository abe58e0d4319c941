import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { validationError } from '../../../kernel/index.ts';
import { isoSeconds } from '../activities.ts';
import type { Engine } from '../engine.ts';
import { scalingProcesses } from '../engine.ts';

/** Suspending and resuming what a group does by itself. */
export function processOperations(engine: Engine) {
  return {
    SuspendProcesses: ({ AutoScalingGroupName, ScalingProcesses }) => {
      const group = engine.groups.get(AutoScalingGroupName);
      const reason = `User suspended at ${isoSeconds(engine.kernel.clock.now())}`;
      for (const process of named(ScalingProcesses)) group.suspended.set(process, reason);
      return {};
    },
    ResumeProcesses: ({ AutoScalingGroupName, ScalingProcesses }) => {
      const group = engine.groups.get(AutoScalingGroupName);
      for (const process of named(ScalingProcesses)) group.suspended.delete(process);
      engine.wake(group);
      return {};
    },
    DescribeScalingProcessTypes: () => ({
      Processes: scalingProcesses.map((ProcessName) => ({ ProcessName })),
    }),
  } satisfies Operations<AutoScaling>;
}

/** All processes where none is named. @throws AwsError ValidationError for an unknown one */
function named(processes: readonly string[] = []): readonly string[] {
  const known: readonly string[] = scalingProcesses;
  const unknown = processes.find((process) => !known.includes(process));
  if (unknown !== undefined) {
    throw validationError(`${unknown} is not a valid process. Valid processes are: ${known.join(', ')}`);
  }
  return processes.length === 0 ? known : processes;
}
