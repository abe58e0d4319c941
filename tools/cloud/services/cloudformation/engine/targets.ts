import type { Parameter, Tag } from '@aws-sdk/client-cloudformation';
import { AwsError, validationError } from '../../../kernel/index.ts';
import type { Apis } from '../providers/apis.ts';
import { TemplateError } from '../template/errors.ts';
import type { ParameterValue } from '../template/parameters.ts';
import { parameterValues } from '../template/parameters.ts';
import { parseTemplate } from '../template/parse.ts';
import { checkCapabilities, validateTemplate } from '../template/validate.ts';
import { ssmParameter } from './dynamic-references.ts';
import type { Evaluation } from './evaluation.ts';
import type { Target } from './stack.ts';

/** What CreateStack, UpdateStack and CreateChangeSet all take. */
export interface TargetInput {
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
  readonly UsePreviousTemplate?: boolean | undefined;
  readonly Parameters?: readonly Parameter[] | undefined;
  readonly Tags?: readonly Tag[] | undefined;
  readonly Capabilities?: readonly string[] | undefined;
  readonly NotificationARNs?: readonly string[] | undefined;
  readonly RoleARN?: string | undefined;
}

/**
 * What a stack is to be made from, read and checked as far as that goes without making anything.
 *
 * @param evaluate  evaluates the template, to decide its conditions
 * @throws AwsError ValidationError, InsufficientCapabilitiesException
 */
export async function targetOf(
  input: TargetInput,
  before: Target | undefined,
  api: Apis,
  evaluate: (target: Target) => Evaluation,
): Promise<Target> {
  const body = await templateBody(input, before, api);
  const template = parseTemplate(body);
  const target: Target = {
    body,
    template,
    parameters: await parameterValues(
      template,
      input.Parameters ?? [],
      before?.parameters ?? new Map<string, ParameterValue>(),
      (name) => ssmParameter(name, api),
    ),
    tags: input.Tags ?? before?.tags ?? [],
    capabilities: input.Capabilities ?? [],
    notificationArns: input.NotificationARNs ?? before?.notificationArns ?? [],
    roleArn: input.RoleARN ?? before?.roleArn,
  };
  checkCapabilities(template, target.capabilities);
  asValidationError(() => {
    const evaluation = evaluate(target);
    validateTemplate(template, evaluation.condition);
    evaluation.order();
  });
  return target;
}

/** Whatever is wrong with the template itself is the caller's error. */
export function asValidationError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateError) throw validationError(error.message);
    throw error;
  }
}

/** The text of the template that a request names: in its body, at a URL in S3, or as it was. */
export async function templateBody(
  input: Pick<TargetInput, 'TemplateBody' | 'TemplateURL' | 'UsePreviousTemplate'>,
  before: Target | undefined,
  api: Apis,
): Promise<string> {
  if (input.TemplateBody !== undefined) return input.TemplateBody;
  if (input.TemplateURL !== undefined) return fetchTemplate(input.TemplateURL, api);
  if (input.UsePreviousTemplate === true && before !== undefined) return before.body;
  throw validationError('Either Template URL or Template Body must be specified.');
}

async function fetchTemplate(url: string, api: Apis): Promise<string> {
  const { bucket, key } = s3Location(url);
  try {
    const { Body: body } = await api.s3.GetObject({ Bucket: bucket, Key: key });
    return await textOf(body);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw validationError(`S3 error: ${error.message}`);
  }
}

/**
 * Bucket and key of `https://s3.REGION.amazonaws.com/BUCKET/KEY`, `https://BUCKET.s3.REGION.amazonaws.com/KEY`,
 * `s3://BUCKET/KEY`, or a path under any local endpoint.
 */
export function s3Location(url: string): { bucket: string; key: string } {
  if (!URL.canParse(url)) throw validationError(`TemplateURL must be a supported URL.`);
  const { protocol, hostname, pathname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(1));
  if (protocol === 's3:') return { bucket: hostname, key: path };
  const [, virtualHost] = /^(.+)\.s3[.-][a-z0-9.-]*amazonaws\.com$/.exec(hostname) ?? [];
  if (virtualHost !== undefined) return { bucket: virtualHost, key: path };
  const slash = path.indexOf('/');
  if (slash < 1)
    throw validationError('TemplateURL must reference a valid S3 object to which you have access.');
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

async function textOf(body: unknown): Promise<string> {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }
  throw validationError('TemplateURL must reference a valid S3 object to which you have access.');
}
