import type { Apis } from '../providers/apis.ts';
import { TemplateError } from '../template/errors.ts';

const REFERENCE = /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}/;

/**
 * A value with its dynamic references replaced: `{{resolve:ssm:name}}`, `{{resolve:ssm:name:version}}` and
 * `{{resolve:secretsmanager:id:SecretString:key:stage:version}}`, of which all after the id may be left out.
 *
 * @throws TemplateError for a reference to another service or to a key that a secret does not have, and what the
 *   services throw for parameters and secrets that are not there
 */
export async function resolveDynamic(value: unknown, api: Apis): Promise<unknown> {
  if (typeof value === 'string') return resolveText(value, api);
  if (Array.isArray(value)) return Promise.all(value.map((member: unknown) => resolveDynamic(member, api)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    async ([key, member]) => [key, await resolveDynamic(member, api)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function resolveText(text: string, api: Apis): Promise<string> {
  const match = REFERENCE.exec(text);
  if (match === null) return text;
  const [reference, service = '', name = ''] = match;
  if (service === 'ssm-secure') {
    throw new TemplateError(
      `Dynamic references to ${service} are not part of this local cloud: ${reference}`,
    );
  }
  const value = await (service === 'ssm' ? ssmParameter(name, api) : secretText(name, api));
  return resolveText(
    text.replace(reference, () => value),
    api,
  );
}

/** The value of an SSM parameter; `name:3` asks for its version 3. */
export async function ssmParameter(name: string, api: Apis): Promise<string> {
  const { Parameter: parameter } = await api.ssm.GetParameter({ Name: name });
  return parameter?.Value ?? '';
}

/** An id may be an ARN, with the colons of one. */
const SECRET = /^((?:arn:(?:[^:]*:){5})?[^:]*)(?::SecretString(?::([^:]*)(?::([^:]*)(?::([^:]*))?)?)?)?$/;

async function secretText(reference: string, api: Apis): Promise<string> {
  const [match, SecretId = '', key = '', stage = '', version = ''] = SECRET.exec(reference) ?? [];
  if (match === undefined) {
    throw new TemplateError(`Incorrect format of dynamic reference: secretsmanager:${reference}`);
  }
  const { SecretString: text = '' } = await api.secretsManager.GetSecretValue({
    SecretId,
    ...(stage === '' ? {} : { VersionStage: stage }),
    ...(version === '' ? {} : { VersionId: version }),
  });
  return key === '' ? text : memberOf(text, key, SecretId);
}

function memberOf(text: string, key: string, secret: string): string {
  const value = (parsed(text) as Readonly<Record<string, unknown>> | undefined)?.[key];
  if (value === undefined)
    throw new TemplateError(
      `Could not find a value associated with JSONKey in SecretString: ${key} of ${secret}`,
    );
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
