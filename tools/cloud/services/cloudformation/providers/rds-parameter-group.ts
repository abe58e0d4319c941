import type { Tag } from '@aws-sdk/client-cloudformation';
import type { Parameter } from '@aws-sdk/client-rds';
import { isSame } from '../engine/replacement.ts';
import type { Made, ProviderContext } from './provider.ts';
import { attributeText, deleted, mergedTags, provider } from './provider.ts';
import { retagRds } from './tagging.ts';

interface ParameterGroup {
  readonly DBParameterGroupName?: string;
  readonly Description: string;
  readonly Family: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Tags?: Tag[];
}

export const dbParameterGroup = provider<ParameterGroup>({
  properties: ['DBParameterGroupName', 'Description', 'Family', 'Parameters', 'Tags'],
  retag: retagRds('pg'),
  async create(wanted, context) {
    const { rds } = context.api;
    const name = (wanted.DBParameterGroupName ?? context.physicalName(255)).toLowerCase();
    const created = await rds.CreateDBParameterGroup({
      DBParameterGroupName: name,
      DBParameterGroupFamily: wanted.Family,
      Description: wanted.Description,
      Tags: mergedTags(wanted.Tags, context),
    });
    context.announce(name);
    await setParameters(name, wanted, {}, context);
    return made(name, created.DBParameterGroup?.DBParameterGroupArn);
  },
  async update(id, wanted, before, context) {
    await setParameters(id, wanted, before.Parameters ?? {}, context);
    const { DBParameterGroups: groups } = await context.api.rds.DescribeDBParameterGroups({
      DBParameterGroupName: id,
    });
    return made(id, groups?.[0]?.DBParameterGroupArn);
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.rds.DeleteDBParameterGroup({ DBParameterGroupName: id }));
  },
});

async function setParameters(
  DBParameterGroupName: string,
  { Parameters: wanted = {} }: ParameterGroup,
  before: Readonly<Record<string, unknown>>,
  { api }: ProviderContext,
): Promise<void> {
  const parameter = (ParameterName: string, value?: unknown): Parameter => ({
    ParameterName,
    ...(value === undefined ? {} : { ParameterValue: attributeText(value) }),
    ApplyMethod: 'pending-reboot',
  });
  const set = Object.entries(wanted).filter(([name, value]) => !isSame(value, before[name]));
  const gone = Object.keys(before).filter((name) => !(name in wanted));
  if (set.length > 0) {
    const Parameters = set.map(([name, value]) => parameter(name, value));
    await api.rds.ModifyDBParameterGroup({ DBParameterGroupName, Parameters });
  }
  if (gone.length > 0) {
    const Parameters = gone.map((name) => parameter(name));
    await api.rds.ResetDBParameterGroup({ DBParameterGroupName, Parameters });
  }
}

function made(name: string, arn: string | undefined): Made {
  return { id: name, attributes: { DBParameterGroupName: name, DBParameterGroupArn: arn } };
}
