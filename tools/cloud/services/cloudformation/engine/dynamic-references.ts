import type { Apis } from '../providers/apis.ts';
import { TemplateError } from '../template/errors.ts';

const REFERENCE = /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}/;

/**
 * A value with its `{{resolve:ssm:name}}` and `{{resolve:ssm:name:version}}` replaced.
 *
 * @throws TemplateError for a reference to another service, and what SSM throws for a parameter that is not there
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
  if (service !== 'ssm') {
    throw new TemplateError(
      `Dynamic references to ${service} are not part of this local cloud: ${reference}`,
    );
  }
  const value = await ssmParameter(name, api);
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
