import { AwsError, validationError } from '../../../kernel/index.ts';
import { sentence } from '../causes.ts';
import type { Engine } from '../engine.ts';
import type { Group } from '../model.ts';
import type { TerminationRequest } from './request.ts';
import { namedInstances } from './request.ts';

const MINUTE = 60_000;
const FUNCTION_ARN = /^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;

/** The Lambda function that a group leaves the choice of instances to. */
export function choosingFunction(policies: readonly string[]): string | undefined {
  const [first = ''] = policies;
  return isFunction(first) ? first : undefined;
}

function isFunction(policy: string): boolean {
  return policy.startsWith('arn:');
}

/**
 * "Only one Lambda function is allowed in termination policies, and it must be the first policy"; a version or an
 * alias, but not $LATEST by name.
 *
 * @throws AwsError ValidationError
 */
export function requireOneFunction(policies: readonly string[]): void {
  for (const [index, policy] of policies.entries()) {
    if (!isFunction(policy)) continue;
    if (!FUNCTION_ARN.test(policy))
      throw validationError(`The termination policy ${policy} is not the ARN of a Lambda function.`);
    if (policy.endsWith(':$LATEST'))
      throw validationError(
        'A termination policy must name a Lambda function, version or alias, not $LATEST.',
      );
    if (index > 0)
      throw validationError(
        'Only one Lambda function is allowed, and it must be the first termination policy.',
      );
  }
}

/**
 * Asks a group's function which instances may go. One that fails, times out or names none keeps all of them for
 * now: the group asks again in a minute.
 */
export async function askForVictims(
  engine: Engine,
  group: Group,
  functionArn: string,
  request: TerminationRequest,
): Promise<readonly string[]> {
  const allowed = new Set(request.Instances.map(({ InstanceId }) => InstanceId));
  try {
    const answer = await engine.on.invoke(functionArn, JSON.stringify(request), group.arn);
    const named = namedInstances(answer)?.filter((id) => allowed.has(id)) ?? [];
    if (named.length > 0) return named;
    defer(engine, group, 'No terminable instances returned from the Lambda function');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    defer(engine, group, error.message);
  }
  return [];
}

/** One cancelled activity for each change of the capacity, however often the function is asked. */
function defer(engine: Engine, group: Group, why: string): void {
  const now = engine.kernel.clock.now();
  engine.wake(group, now + MINUTE);
  const cause = sentence(group.lastCause.at, group.lastCause.words);
  for (const { cause: told, status } of engine.activities.ofGroup(group.arn))
    if (told === cause && status === 'Cancelled') return;
  const activity = engine.activities.start(group, {
    kind: 'terminate',
    description: `Could not terminate instances due to unactionable response from custom termination policy.  Status Reason: ${why}`,
    cause,
    details: {},
  });
  engine.activities.finish(activity, 'Cancelled', why);
}
