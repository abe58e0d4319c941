import { describe, expect, it } from 'vitest';
import {
  failedConditions,
  isBusy,
  isConditionFailed,
  isConflict,
  isGone,
  isNoActiveLifecycleAction,
  isOutOfBounds,
  isRefreshInProgress,
  isThrottled,
} from '../../../../shared/aws/errors.ts';

const predicates = {
  isBusy,
  isConditionFailed,
  isConflict,
  isGone,
  isNoActiveLifecycleAction,
  isOutOfBounds,
  isRefreshInProgress,
  isThrottled,
};

function awsError(code: string, message = ''): Error {
  return Object.assign(new Error(message), { name: code });
}

/** Which predicates an error fulfils. */
function takenFor(error: unknown): string[] {
  return Object.entries(predicates).flatMap(([name, holds]) => (holds(error) ? [name] : []));
}

describe('an error of AWS is taken for what it is', () => {
  it.each([
    ['Throttling', 'Rate exceeded', ['isThrottled']],
    ['RequestLimitExceeded', '', ['isThrottled']],
    ['ScalingActivityInProgress', 'Activity is in progress', ['isBusy']],
    ['ResourceContention', '', ['isBusy']],
    ['InstanceRefreshInProgress', '', ['isRefreshInProgress']],
    ['ConditionalCheckFailedException', 'The conditional request failed', ['isConditionFailed']],
    [
      'ValidationError',
      'Instance Id not found - No managed instance found for instance ID: i-1',
      ['isGone', 'isNoActiveLifecycleAction'],
    ],
    ['ValidationError', 'No active Lifecycle Action found with token 42', ['isNoActiveLifecycleAction']],
    [
      'ValidationError',
      "Currently, desiredSize equals minSize (2). Terminating instance without replacement will violate group's min size constraint.",
      ['isOutOfBounds'],
    ],
    [
      'ValidationError',
      'New SetDesiredCapacity value 30 is above max value 20 for the AutoScalingGroup.',
      ['isOutOfBounds'],
    ],
    ['TransactionConflictException', 'Transaction is ongoing for the item', ['isConflict']],
    ['ParameterNotFound', '', ['isGone']],
    ['InvalidInstanceID.NotFound', "The instance ID 'i-1' does not exist", ['isGone']],
    ['ValidationError', '1 validation error detected', []],
    ['AccessDenied', 'not found', []],
    ['InternalFailure', '', []],
  ])('%s: %s', (code, message, expected) => {
    expect(takenFor(awsError(code, message)).sort()).toEqual(expected);
  });

  it('and what is no error of AWS is none of them', () => {
    for (const thrown of [undefined, 'Throttling', { name: 'Throttling' }, new Error('Throttling')]) {
      expect(takenFor(thrown)).toEqual([]);
    }
  });
});

describe('a cancelled transaction', () => {
  it('says which of its conditions were false', () => {
    const CancellationReasons = [
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed' },
      { Code: 'TransactionConflict' },
    ];
    expect(
      failedConditions(Object.assign(awsError('TransactionCanceledException'), { CancellationReasons })),
    ).toEqual([1]);
  });

  it('without reasons, or any other error, names none', () => {
    expect(failedConditions(awsError('TransactionCanceledException'))).toEqual([]);
    expect(failedConditions(awsError('ValidationException'))).toEqual([]);
    expect(failedConditions('no')).toEqual([]);
  });
});
