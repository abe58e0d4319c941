import { AwsError } from '../../kernel/index.ts';

/** Input that AWS WAF does not take, in its form. */
export function invalid(field: string, reason: string): AwsError {
  return new AwsError('WAFInvalidParameterException', `Error reason: ${reason}, field: ${field}`, {
    fields: { Field: field, Reason: reason },
  });
}

export function nonexistent(): AwsError {
  return new AwsError(
    'WAFNonexistentItemException',
    "AWS WAF couldn't perform the operation because your resource doesn't exist.",
  );
}
