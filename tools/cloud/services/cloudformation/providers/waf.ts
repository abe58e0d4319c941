import type { Tag } from '@aws-sdk/client-cloudformation';
import type { CreateWebACLRequest, LoggingConfiguration } from '@aws-sdk/client-wafv2';
import type { Made, ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagWebAcl } from './tagging.ts';

type WebAcl = Omit<CreateWebACLRequest, 'Name' | 'Tags'> & {
  readonly Name?: string;
  readonly Tags?: Tag[];
};

export const webAcl = provider<WebAcl>({
  properties: [
    'Name',
    'Scope',
    'DefaultAction',
    'Description',
    'Rules',
    'VisibilityConfig',
    'CustomResponseBodies',
    'CaptchaConfig',
    'ChallengeConfig',
    'TokenDomains',
    'AssociationConfig',
    'Tags',
  ],
  retag: retagWebAcl,
  async create(wanted, context) {
    const Name = wanted.Name ?? context.physicalName(128);
    await context.api.waf.CreateWebACL({
      ...settingsOf(wanted),
      Name,
      Tags: mergedTags(wanted.Tags, context),
    });
    const { WebACLs = [] } = await context.api.waf.ListWebACLs({ Scope: wanted.Scope });
    const Id = WebACLs.find((one) => one.Name === Name)?.Id ?? '';
    return made({ Name, Id, Scope: wanted.Scope }, context);
  },
  async update(id, wanted, _before, context) {
    const { waf } = context.api;
    const key = keyOf(id);
    const { LockToken } = await waf.GetWebACL(key);
    await waf.UpdateWebACL({ ...settingsOf(wanted), ...key, LockToken });
    return made(key, context);
  },
  async delete(id, _wanted, { api: { waf } }) {
    const key = keyOf(id);
    await deleted(waf.GetWebACL(key).then(({ LockToken }) => waf.DeleteWebACL({ ...key, LockToken })));
  },
});

type Key = Required<Pick<CreateWebACLRequest, 'Name' | 'Scope'>> & { readonly Id: string };

/** A web ACL's physical id: `name|id|REGIONAL`. */
function keyOf(physicalId: string): Key {
  const [Name = '', Id = '', Scope = ''] = physicalId.split('|');
  return { Name, Id, Scope: Scope as Key['Scope'] };
}

async function made(key: Key, { api }: ProviderContext): Promise<Made> {
  const { WebACL: acl } = await api.waf.GetWebACL(key);
  const { Name, Id, Scope } = key;
  return {
    id: `${Name ?? ''}|${Id}|${Scope ?? ''}`,
    attributes: { Arn: acl?.ARN, Id, Capacity: acl?.Capacity, LabelNamespace: acl?.LabelNamespace },
  };
}

/** What a statement looks for is text in a template, or base64, and bytes in the API. */
function settingsOf(wanted: WebAcl): CreateWebACLRequest {
  const { Name: _name, Tags: _tags, Rules: rules, ...settings } = wanted;
  return { ...settings, Name: undefined, Rules: withBytes(rules) as CreateWebACLRequest['Rules'] };
}

function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => {
      if (name === 'SearchString') return [name, Buffer.from(String(member))];
      if (name === 'SearchStringBase64') return ['SearchString', Buffer.from(String(member), 'base64')];
      return [name, withBytes(member)];
    }),
  );
}

interface Association {
  readonly ResourceArn: string;
  readonly WebACLArn: string;
}

export const webAclAssociation = provider<Association>({
  properties: ['ResourceArn', 'WebACLArn'],
  async create(wanted, { api }) {
    await api.waf.AssociateWebACL(wanted);
    return { id: `${wanted.ResourceArn}|${wanted.WebACLArn}` };
  },
  async delete(_id, { ResourceArn }, { api }) {
    await deleted(api.waf.DisassociateWebACL({ ResourceArn }));
  },
});

export const webAclLogging = provider<LoggingConfiguration>({
  properties: ['ResourceArn', 'LogDestinationConfigs', 'RedactedFields', 'LoggingFilter'],
  create: (wanted, context) => putLogging(wanted, context),
  update: (_id, wanted, _before, context) => putLogging(wanted, context),
  async delete(id, _wanted, { api }) {
    await deleted(api.waf.DeleteLoggingConfiguration({ ResourceArn: id }));
  },
});

async function putLogging(wanted: LoggingConfiguration, { api }: ProviderContext): Promise<Made> {
  await api.waf.PutLoggingConfiguration({ LoggingConfiguration: wanted });
  return { id: wanted.ResourceArn ?? '', attributes: { ManagedByFirewallManager: false } };
}
