import type { RefreshPreferences } from '@aws-sdk/client-auto-scaling';
import { validationError } from '../../../kernel/index.ts';
import { defaultWarmup } from '../instances.ts';
import type { Group } from '../model.ts';
import type { Preferences } from './model.ts';

const MOST_ALARMS = 10;

/**
 * Preferences with the defaults of AWS and of the group's instance maintenance policy.
 *
 * @throws AwsError ValidationError
 */
export function checkedPreferences(group: Group, requested: RefreshPreferences): Preferences {
  const policy = group.settings.InstanceMaintenancePolicy;
  const minHealthy = requested.MinHealthyPercentage ?? named(policy?.MinHealthyPercentage) ?? 90;
  const maxHealthy = requested.MaxHealthyPercentage ?? named(policy?.MaxHealthyPercentage);
  requireHealthyRange(requested, minHealthy, maxHealthy);
  const alarms = requested.AlarmSpecification?.Alarms ?? [];
  if (alarms.length > MOST_ALARMS)
    throw validationError(`You can specify up to ${MOST_ALARMS} CloudWatch alarms.`);
  return {
    minHealthy,
    maxHealthy,
    warmupSeconds:
      requested.InstanceWarmup ?? defaultWarmup(group) ?? group.settings.HealthCheckGracePeriod ?? 0,
    skipsMatching: requested.SkipMatching ?? false,
    checkpoints: checkpoints(requested),
    checkpointDelaySeconds: requested.CheckpointDelay ?? 3600,
    bakeSeconds: requested.BakeTime ?? 0,
    rollsBack: requested.AutoRollback ?? false,
    alarms,
    protectedInstances: requested.ScaleInProtectedInstances ?? 'Wait',
    standbyInstances: requested.StandbyInstances ?? 'Wait',
  };
}

/** `-1` takes a percentage out of a maintenance policy. */
function named(percentage: number | undefined): number | undefined {
  return percentage === undefined || percentage < 0 ? undefined : percentage;
}

function requireHealthyRange(requested: RefreshPreferences, min: number, max: number | undefined): void {
  if (requested.MaxHealthyPercentage !== undefined && requested.MinHealthyPercentage === undefined) {
    throw validationError('You must specify MinHealthyPercentage when you specify MaxHealthyPercentage.');
  }
  if (max === undefined) return;
  if (max - min > 100) {
    throw validationError(
      'The difference between MaxHealthyPercentage and MinHealthyPercentage cannot be greater than 100.',
    );
  }
}

function checkpoints({
  CheckpointPercentages: percentages = [],
  CheckpointDelay,
}: RefreshPreferences): number[] {
  if (CheckpointDelay !== undefined && percentages.length === 0) {
    throw validationError('CheckpointDelay can only be specified together with CheckpointPercentages.');
  }
  const isAscending = percentages.every(
    (percent, index) => percent > (percentages[index - 1] ?? 0) && percent <= 100,
  );
  if (!isAscending) {
    throw validationError('CheckpointPercentages must be unique, in ascending order, and between 1 and 100.');
  }
  return percentages.length === 0 ? [100] : percentages;
}
