/**
 * What AWS's errors mean, by code and, where a code says too little, by message. SDK clients throw errors whose
 * `name` is the code: https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/error-handling.html
 */
const THROTTLES = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'SlowDown',
]);

// Auto Scaling answers these while something else holds the group or the instance.
const BUSY = new Set([
  'ScalingActivityInProgress',
  'ScalingActivityInProgressFault',
  'ResourceContention',
  'ResourceContentionFault',
]);

const REFRESHING = new Set(['InstanceRefreshInProgress', 'InstanceRefreshInProgressFault']);

// Errors that say by their code alone that the resource is not there.
const GONE = new Set([
  'InvalidInstanceID.NotFound',
  'InvalidInstanceID.Malformed',
  'ParameterNotFound',
  'ResourceNotFoundException',
  'TargetGroupNotFound',
  'TargetGroupNotFoundException',
]);

const NOT_REGISTERED = new Set(['InstanceNotFound', 'ServiceNotFound']);

interface AwsFailure {
  readonly code: string;
  readonly message: string;
}

function failure(error: unknown): AwsFailure {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  return { code: error.name, message: error.message };
}

function isValidationError(code: string): boolean {
  return code === 'ValidationError' || code === 'ValidationException';
}

/** Too many calls: the same call may succeed later. */
export function isThrottled(error: unknown): boolean {
  return THROTTLES.has(failure(error).code);
}

/** Another change to the same group or instance is under way: the same call may succeed later. */
export function isBusy(error: unknown): boolean {
  return BUSY.has(failure(error).code);
}

/** An instance refresh of the group is under way already. */
export function isRefreshInProgress(error: unknown): boolean {
  return REFRESHING.has(failure(error).code);
}

/** What the call was about does not exist, or not any more. */
export function isGone(error: unknown): boolean {
  const { code, message } = failure(error);
  if (GONE.has(code)) return true;
  return isValidationError(code) && /not found|no managed instance|does(?: not|n't) exist/i.test(message);
}

/** The instance is in no state in which it could be protected: it comes, or leaves. */
export function isNotInService(error: unknown): boolean {
  const { code, message } = failure(error);
  return isValidationError(code) && /not in InService/i.test(message);
}

/** The lifecycle action has ended: completed, expired, or its instance or hook is gone. */
export function isNoActiveLifecycleAction(error: unknown): boolean {
  const { code, message } = failure(error);
  if (!isValidationError(code)) return false;
  return /no active lifecycle action/i.test(message) || isGone(error);
}

/** The change would leave the group's bounds: fewer instances than its minimum, more than its maximum. */
export function isOutOfBounds(error: unknown): boolean {
  const { code, message } = failure(error);
  return (
    isValidationError(code) && /min(?:imum)? ?size|minSize|below min value|above max value/i.test(message)
  );
}

/** A conditional write found its condition false. */
export function isConditionFailed(error: unknown): boolean {
  return failure(error).code === 'ConditionalCheckFailedException';
}

/** A transaction on the same item was under way: the same write may succeed later. */
export function isConflict(error: unknown): boolean {
  return failure(error).code === 'TransactionConflictException';
}

/**
 * Which conditions of a DynamoDB transaction were false.
 *
 * @returns the positions of the writes in the transaction, none when the error is another
 */
export function failedConditions(error: unknown): readonly number[] {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return [];
  const reasons: readonly { Code?: string }[] =
    'CancellationReasons' in error && Array.isArray(error.CancellationReasons)
      ? (error.CancellationReasons as { Code?: string }[])
      : [];
  return reasons.flatMap((reason, index) => (reason.Code === 'ConditionalCheckFailed' ? [index] : []));
}

/** Systems Manager does not manage the instance: it is gone, starting, or has no agent or role. */
export function isUnmanagedInstance(error: unknown): boolean {
  return failure(error).code === 'InvalidInstanceId';
}

/** Systems Manager does not know the command on the instance yet: it learns of it some seconds after its sending. */
export function isInvocationUnknown(error: unknown): boolean {
  return failure(error).code === 'InvocationDoesNotExist';
}

const IMAGE_MISSING = new Set([
  'InvalidAMIID.NotFound',
  'InvalidAMIID.Unavailable',
  'InvalidAMIID.Malformed',
]);

/** There is no such image, or it is not shared with this account. */
export function isImageMissing(error: unknown): boolean {
  return IMAGE_MISSING.has(failure(error).code);
}

const TARGET_MISSING = new Set([
  'TargetGroupNotFound',
  'TargetGroupNotFoundException',
  'InvalidTarget',
  'InvalidTargetException',
]);

/** The target or its target group does not exist, or not any more. */
export function isTargetMissing(error: unknown): boolean {
  return TARGET_MISSING.has(failure(error).code);
}

/** There is no such DB instance, or not any more. */
export function isDatabaseMissing(error: unknown): boolean {
  return /^DBInstanceNotFound/.test(failure(error).code);
}

/** There is no such queue, or not any more: the name of the error differs by the protocol of the SDK. */
export function isQueueMissing(error: unknown): boolean {
  return /NonExistentQueue|QueueDoesNotExist/.test(failure(error).code);
}

/** Nobody finds the instance by that service of Cloud Map: it has neither, or not the instance. */
export function isNotRegistered(error: unknown): boolean {
  return NOT_REGISTERED.has(failure(error).code);
}
