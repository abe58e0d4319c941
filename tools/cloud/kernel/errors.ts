/**
 * An error the cloud answers a caller with, in AWS's own words.
 *
 * `code` is the error's shape name (`ScalingActivityInProgressFault`) or, for services whose codes are not
 * modelled (EC2), the code itself (`InvalidInstanceID.NotFound`); the wire turns the one into the other.
 * `fields` are the modelled members beside the message.
 */
export class AwsError extends Error {
  readonly code: string;
  /** HTTP status; without it, the model's own, else 400. */
  readonly status: number | undefined;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    extra: { status?: number; fields?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = extra.status;
    this.fields = extra.fields ?? {};
  }
}

/** The form of error that Auto Scaling, CloudFormation, ELB and other Query services give bad input. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
