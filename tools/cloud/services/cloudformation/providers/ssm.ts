import type { PutParameterCommandInput } from '@aws-sdk/client-ssm';
import type { ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagParameter } from './tagging.ts';

type Parameter = Omit<PutParameterCommandInput, 'Name' | 'Tags'> & {
  readonly Name?: string;
  readonly Tags?: Readonly<Record<string, string>>;
};

export const parameter = provider<Parameter>({
  properties: ['Name', 'Type', 'Value', 'Description', 'Tier', 'AllowedPattern', 'DataType', 'Tags'],
  retag: retagParameter,
  async create({ Tags: tags = {}, ...wanted }, context) {
    const name = wanted.Name ?? `CFN-${context.physicalName(1000)}`;
    const own = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await context.api.ssm.PutParameter({ ...wanted, Name: name, Tags: mergedTags(own, context) });
    return made(name, wanted);
  },
  async update(name, { Tags: _tags, ...wanted }, _before, { api }: ProviderContext) {
    await api.ssm.PutParameter({ ...wanted, Name: name, Overwrite: true });
    return made(name, wanted);
  },
  async delete(name, _wanted, { api }) {
    await deleted(api.ssm.DeleteParameter({ Name: name }));
  },
});

function made(name: string, { Type, Value }: Pick<Parameter, 'Type' | 'Value'>) {
  return { id: name, attributes: { Type, Value } };
}
