import type { RDS } from '@aws-sdk/client-rds';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that RDS has here. No database runs: parameters are told again and not applied. */
export const standing = {
  AddTagsToResource: 'real',
  CreateDBInstance: 'real',
  CreateDBParameterGroup: 'real',
  CreateDBSnapshot: 'real',
  CreateDBSubnetGroup: 'real',
  DeleteDBInstance: 'real',
  DeleteDBParameterGroup: 'real',
  DeleteDBSnapshot: 'real',
  DeleteDBSubnetGroup: 'real',
  DescribeDBInstances: 'real',
  DescribeDBParameterGroups: 'real',
  DescribeDBParameters: 'record',
  DescribeDBSnapshots: 'real',
  DescribeDBSubnetGroups: 'real',
  DescribeEvents: 'real',
  ListTagsForResource: 'real',
  ModifyDBInstance: 'real',
  ModifyDBParameterGroup: 'record',
  ModifyDBSubnetGroup: 'real',
  RebootDBInstance: 'real',
  RemoveTagsFromResource: 'real',
  ResetDBParameterGroup: 'record',
  RestoreDBInstanceFromDBSnapshot: 'real',
  StartDBInstance: 'real',
  StopDBInstance: 'real',
} satisfies StandingOf<RDS>;
