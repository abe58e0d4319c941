import { AwsError } from '../../kernel/index.ts';

/** What would change how a group behaves, and does not here, is refused rather than ignored. */
export function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', `The local cloud's Auto Scaling does not know ${what}.`, {
    status: 501,
  });
}
