import { AwsError } from '../../kernel/index.ts';

/** A function as callers name it: by name, partial ARN or ARN, with or without a version or alias. */
export interface FunctionRef {
  readonly name: string;
  /** A version number, `$LATEST`, or an alias. */
  readonly qualifier?: string;
}

// The pattern that Lambda's API reference gives for FunctionName, with groups for the name and the qualifier.
const FUNCTION_NAME =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:[a-z]{2}(?:-[a-z]+)+-\d:)?(?:\d{12}:)?(?:function:)?([\w-]+)(?::(\$LATEST|[\w-]+))?$/;

/**
 * `my-function`, `my-function:live`, `123456789012:function:my-function`, or an ARN, and the separate
 * `Qualifier` that many operations take.
 *
 * @throws AwsError ValidationException when it is none of them; InvalidParameterValueException when the two
 *   qualifiers disagree
 */
export function functionRef(functionName: string | undefined, qualifier?: string): FunctionRef {
  const [, name, own] = FUNCTION_NAME.exec(functionName ?? '') ?? [];
  if (name === undefined) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${functionName ?? 'null'}' at 'functionName' failed to satisfy constraint`,
    );
  }
  if (own !== undefined && qualifier !== undefined && own !== qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const chosen = qualifier ?? own;
  return chosen === undefined ? { name } : { name, qualifier: chosen };
}

/** The name of the role in `arn:aws:iam::123456789012:role/path/name`. */
export function roleNameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}
