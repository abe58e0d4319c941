import { AwsError } from '../../kernel/errors.ts';

/** An error as a service words it: code (or name of the error's shape), message, HTTP status. */
type Words = readonly [code: string, message: string, status: number];

const RATE: Words = ['ThrottlingException', 'Rate exceeded', 400];
const QUERY_RATE: Words = ['Throttling', 'Rate exceeded', 400];

/** How each service says that it is asked too often, by IAM's prefix; all others as {@link RATE}. */
const THROTTLES: Readonly<Record<string, Words>> = {
  autoscaling: QUERY_RATE,
  cloudformation: QUERY_RATE,
  cloudwatch: QUERY_RATE,
  dynamodb: ['ThrottlingException', 'Rate of requests exceeds the allowed throughput.', 400],
  ec2: ['RequestLimitExceeded', 'Request limit exceeded.', 503],
  elasticloadbalancing: QUERY_RATE,
  iam: QUERY_RATE,
  lambda: ['TooManyRequestsException', 'Rate exceeded', 429],
  rds: QUERY_RATE,
  s3: ['SlowDown', 'Please reduce your request rate.', 503],
  scheduler: ['ThrottlingException', 'Rate exceeded', 429],
  sns: ['ThrottledException', 'Rate exceeded', 429],
  sqs: ['RequestThrottled', 'Request is throttled.', 403],
  sts: QUERY_RATE,
};

const INTERNAL: Words = [
  'InternalFailure',
  'The request processing has failed because of an unknown error, exception or failure.',
  500,
];

/** How each service says that it has failed, where it does not use AWS's common error. */
const FAILURES: Readonly<Record<string, Words>> = {
  dynamodb: ['InternalServerError', 'Internal server error', 500],
  ec2: ['InternalError', 'An internal error has occurred', 500],
  kms: ['KMSInternalException', 'An internal error has occurred.', 500],
  lambda: ['ServiceException', 'An error occurred and the request cannot be processed.', 500],
  secretsmanager: ['InternalServiceError', 'An error occurred on the server side.', 500],
  s3: ['InternalError', 'We encountered an internal error. Please try again.', 500],
  sns: ['InternalErrorException', 'An internal error has occurred.', 500],
  sqs: ['InternalError', 'We encountered an internal error. Please try again.', 500],
  ssm: ['InternalServerError', 'An error occurred on the server side.', 500],
};

const UNAVAILABLE: Words = [
  'ServiceUnavailable',
  'The request has failed due to a temporary failure of the server.',
  503,
];

/** How each service says that it is not there for now, where it does not use AWS's common error. */
const ABSENCES: Readonly<Record<string, Words>> = {
  ec2: ['Unavailable', 'The server is overloaded and cannot handle the request.', 503],
  logs: ['ServiceUnavailableException', 'The service cannot complete the request.', 503],
  s3: ['ServiceUnavailable', 'Please reduce your request rate.', 503],
};

/** What SNS and SQS say of the key of an encrypted topic or queue. */
const KEY_TROUBLE: Readonly<Record<string, Words>> = {
  KMSAccessDeniedException: [
    'KMSAccessDeniedException',
    'The ciphertext references a key that does not exist or that you do not have access to.',
    400,
  ],
  KMSThrottlingException: ['KMSThrottlingException', 'Rate exceeded', 400],
};

/** @param service IAM's prefix */
export function throttle(service: string): AwsError {
  return errorOf(THROTTLES[service] ?? RATE);
}

/** An error by its code; `InternalError` and `ServiceUnavailable` stand for the service's own of that meaning. */
export function failure(
  service: string,
  { code, message, status }: { readonly code: string; readonly message?: string; readonly status?: number },
): AwsError {
  const words = wordsOf(service, code);
  return errorOf([words[0], message ?? words[1], status ?? words[2]]);
}

function wordsOf(service: string, code: string): Words {
  if (code === 'InternalError') return FAILURES[service] ?? INTERNAL;
  if (code === 'ServiceUnavailable') return ABSENCES[service] ?? UNAVAILABLE;
  return KEY_TROUBLE[code] ?? [code, code, 400];
}

function errorOf([code, message, status]: Words): AwsError {
  return new AwsError(code, message, { status });
}
