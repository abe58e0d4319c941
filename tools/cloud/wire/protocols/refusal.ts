import { AwsError } from '../../kernel/index.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { Problem } from '../problem.ts';
import { shown, validationMessage } from '../problem.ts';

/**
 * The error by which a service refuses an input that breaks its model.
 *
 * @param malformed the protocol's error for values that its reader could not take: values of a wrong type are such
 */
export function refusal(
  model: ServiceModel,
  problems: readonly Problem[],
  malformed: (message: string) => AwsError,
): AwsError {
  const [first] = problems;
  const mistyped = problems.find(({ kind }) => kind === 'type');
  if (mistyped !== undefined)
    return malformed(`Value at '${mistyped.path}' is not of type ${mistyped.demand}.`);
  const inOwnWords = first && OWN_WORDS[model.id]?.(first);
  return inOwnWords ?? new AwsError(codeOf(model), validationMessage(problems, model.id === 'IAM'));
}

/** What most services say comes from the framework they share; it goes by the service under which code. */
const CODES: Readonly<Record<string, string>> = {
  CloudWatch: 'ValidationError',
  'CloudWatch Logs': 'InvalidParameterException',
  ECR: 'InvalidParameterException',
};

function codeOf(model: ServiceModel): string {
  return CODES[model.id] ?? (model.protocol === 'awsQuery' ? 'ValidationError' : 'ValidationException');
}

/** Services with words of their own, for the first thing that is wrong. */
const OWN_WORDS: Readonly<Record<string, (problem: Problem) => AwsError | undefined>> = {
  EC2: ec2Refusal,
  Lambda: lambdaRefusal,
  S3: s3Refusal,
  SQS: sqsRefusal,
};

function ec2Refusal({ kind, slot, shape, value, demand }: Problem): AwsError {
  const name = slot?.traits.xmlName ?? slot?.name ?? '';
  if (kind === 'required') {
    return new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
  }
  const reason = demand.replace(/^Member must have/, 'Expecting a');
  return new AwsError(
    'InvalidParameterValue',
    `Value (${shown(shape, value)}) for parameter ${name} is invalid. ${reason}.`,
  );
}

/** A runtime may also be given by ARN, so that it is not the model that refuses one. */
function lambdaRefusal({ kind, path, shape, value, demand }: Problem): AwsError | undefined {
  if (path !== 'runtime' || kind !== 'enum') return undefined;
  const message = `Value ${shown(shape, value)} at 'runtime' failed to satisfy constraint: ${demand} or be a valid ARN`;
  return new AwsError('InvalidParameterValueException', message);
}

function sqsRefusal({ kind, slot, part }: Problem): AwsError | undefined {
  if (kind === 'enum') return new AwsError('InvalidAttributeName', `Unknown Attribute ${String(part)}.`);
  if (kind !== 'required') return undefined;
  return new AwsError('MissingParameter', `The request must contain the parameter ${slot?.name ?? ''}.`);
}

/** S3's errors for members that have one of their own. */
const S3_ERRORS: Readonly<Record<string, readonly [string, string]>> = {
  CopySource: [
    'InvalidArgument',
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
  ],
  EncodingType: ['InvalidArgument', 'Invalid Encoding Method specified in Request'],
  LocationConstraint: ['InvalidLocationConstraint', 'The specified location-constraint is not valid'],
  ServerSideEncryption: [
    'InvalidEncryptionAlgorithmError',
    'The Encryption request you specified is not valid. Supported value: AES256.',
  ],
};

function s3Refusal({ kind, slot, shape, value }: Problem): AwsError {
  const { httpHeader, httpQuery, httpLabel, httpPayload } = slot?.traits ?? {};
  if (httpPayload) return new AwsError('MissingRequestBodyError', 'Request Body is empty');
  const own = S3_ERRORS[slot?.name ?? ''];
  if (own !== undefined) return new AwsError(...own);
  const name = httpHeader ?? httpQuery ?? (httpLabel && slot?.name);
  if (name === undefined) {
    const message =
      'The XML you provided was not well-formed or did not validate against our published schema';
    return new AwsError('MalformedXML', message);
  }
  if (kind === 'required') return new AwsError('InvalidRequest', `Missing required ${name}`);
  if (slot?.name === 'StorageClass') {
    return new AwsError('InvalidStorageClass', 'The storage class you specified is not valid');
  }
  return new AwsError('InvalidArgument', `Invalid ${name}: ${shown(shape, value)}`);
}
