import type { Tag } from '@aws-sdk/client-cloudformation';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagRds } from './tagging.ts';

interface SubnetGroup {
  readonly DBSubnetGroupName?: string;
  readonly DBSubnetGroupDescription: string;
  readonly SubnetIds: string[];
  readonly Tags?: Tag[];
}

export const dbSubnetGroup = provider<SubnetGroup>({
  properties: ['DBSubnetGroupName', 'DBSubnetGroupDescription', 'SubnetIds', 'Tags'],
  retag: retagRds('subgrp'),
  async create(wanted, context) {
    const name = (wanted.DBSubnetGroupName ?? context.physicalName(255)).toLowerCase();
    const Tags = mergedTags(wanted.Tags, context);
    const created = await context.api.rds.CreateDBSubnetGroup({ ...wanted, DBSubnetGroupName: name, Tags });
    return { id: name, attributes: { DBSubnetGroupArn: created.DBSubnetGroup?.DBSubnetGroupArn } };
  },
  async update(id, { DBSubnetGroupDescription, SubnetIds }, _before, { api }) {
    const changed = await api.rds.ModifyDBSubnetGroup({
      DBSubnetGroupName: id,
      DBSubnetGroupDescription,
      SubnetIds,
    });
    return { id, attributes: { DBSubnetGroupArn: changed.DBSubnetGroup?.DBSubnetGroupArn } };
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.rds.DeleteDBSubnetGroup({ DBSubnetGroupName: id }));
  },
});
