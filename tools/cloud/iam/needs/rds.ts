import type { CreateDBInstanceCommandInput, RDS } from '@aws-sdk/client-rds';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, passRole, same } from './need.ts';

type Kind = 'db' | 'snapshot' | 'subgrp' | 'pg' | 'og';

/** A resource by name or ARN; names are kept in lower case. */
function rds(scope: Scope, kind: Kind, name = '*'): string {
  return name.startsWith('arn:') ? name : named(scope, 'rds', `${kind}:${name.toLowerCase()}`);
}

function optional(scope: Scope, kind: Kind, name: string | undefined): string[] {
  return name === undefined ? [] : [rds(scope, kind, name)];
}

interface Tagged {
  readonly Tags?:
    readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
}

function tagContext({ Tags = [] }: Tagged): Record<string, readonly string[]> {
  return Object.fromEntries(
    Tags.map(({ Key = '', Value = '' }) => [`rds:req-tag/${Key.toLowerCase()}`, [Value]]),
  );
}

interface OfDatabase {
  readonly DBInstanceIdentifier?: string | undefined;
}

interface OfSubnetGroup {
  readonly DBSubnetGroupName?: string | undefined;
}

interface OfParameterGroup {
  readonly DBParameterGroupName?: string | undefined;
}

interface OfSnapshot {
  readonly DBSnapshotIdentifier?: string | undefined;
}

interface OfArn extends Tagged {
  readonly ResourceName?: string | undefined;
}

const ofDatabase = ({ DBInstanceIdentifier }: OfDatabase, scope: Scope) => [
  rds(scope, 'db', DBInstanceIdentifier),
];
const ofSubnetGroup = ({ DBSubnetGroupName, ...input }: OfSubnetGroup & Tagged, scope: Scope) => [
  { resource: rds(scope, 'subgrp', DBSubnetGroupName), context: tagContext(input) },
];
const ofParameterGroup = ({ DBParameterGroupName, ...input }: OfParameterGroup & Tagged, scope: Scope) => [
  { resource: rds(scope, 'pg', DBParameterGroupName), context: tagContext(input) },
];
const ofArn = ({ ResourceName = '*', ...input }: OfArn) => [
  { resource: ResourceName, context: tagContext(input) },
];

type Creating = Partial<
  Pick<
    CreateDBInstanceCommandInput,
    | 'DBInstanceIdentifier'
    | 'DBParameterGroupName'
    | 'DBSubnetGroupName'
    | 'ManageMasterUserPassword'
    | 'MonitoringRoleArn'
    | 'OptionGroupName'
  >
> &
  Tagged;

/** A new secret is for the caller to be allowed as well (RDS User Guide, "Permissions required for Secrets Manager"). */
function secretNeeds(isManaged: boolean | undefined, scope: Scope): Need[] {
  if (isManaged !== true) return [];
  const resource = named(scope, 'secretsmanager', 'secret:rds!db-??????');
  return ['CreateSecret', 'TagResource'].map((action) => ({ action: `secretsmanager:${action}`, resource }));
}

function creating(input: Creating, scope: Scope, context: Record<string, readonly string[]> = {}): Need[] {
  const own = { ...tagContext(input), ...context };
  const resources = [
    rds(scope, 'db', input.DBInstanceIdentifier),
    ...optional(scope, 'pg', input.DBParameterGroupName),
    ...optional(scope, 'og', input.OptionGroupName),
    ...optional(scope, 'subgrp', input.DBSubnetGroupName),
  ];
  return [
    ...resources.map((resource) => ({ resource, context: own })),
    ...passRole(input.MonitoringRoleArn, 'monitoring.rds.amazonaws.com'),
    ...secretNeeds(input.ManageMasterUserPassword, scope),
  ];
}

export const rdsNeeds: NeedsOf<RDS> = {
  CreateDBInstance: (input, scope) =>
    creating(
      input,
      scope,
      keys({
        'rds:databaseclass': input.DBInstanceClass,
        'rds:databaseengine': input.Engine,
        'rds:databasename': input.DBName,
        'rds:managemasteruserpassword': input.ManageMasterUserPassword,
        'rds:multiaz': input.MultiAZ,
        'rds:piops': input.Iops,
        'rds:publiclyaccessible': input.PubliclyAccessible,
        'rds:storageencrypted': input.StorageEncrypted,
        'rds:storagesize': input.AllocatedStorage,
        'rds:vpc': input.DBSubnetGroupName !== undefined,
      }),
    ),
  RestoreDBInstanceFromDBSnapshot: (input, scope) => [
    ...creating({ DBParameterGroupName: 'default', OptionGroupName: 'default', ...input }, scope),
    ...optional(scope, 'snapshot', input.DBSnapshotIdentifier),
  ],
  ModifyDBInstance: (input, scope) =>
    creating(
      input,
      scope,
      keys({
        'rds:databaseclass': input.DBInstanceClass,
        'rds:managemasteruserpassword': input.ManageMasterUserPassword,
      }),
    ),
  ...same(ofDatabase, 'DeleteDBInstance', 'DescribeDBInstances', 'RebootDBInstance', 'StartDBInstance'),
  StopDBInstance: (input, scope) => [
    ...ofDatabase(input, scope),
    ...optional(scope, 'snapshot', input.DBSnapshotIdentifier),
  ],
  ...same(
    ofSubnetGroup,
    'CreateDBSubnetGroup',
    'DeleteDBSubnetGroup',
    'DescribeDBSubnetGroups',
    'ModifyDBSubnetGroup',
  ),
  ...same(
    ofParameterGroup,
    'CreateDBParameterGroup',
    'DeleteDBParameterGroup',
    'DescribeDBParameterGroups',
    'DescribeDBParameters',
    'ModifyDBParameterGroup',
    'ResetDBParameterGroup',
  ),
  CreateDBSnapshot: (input, scope) =>
    [rds(scope, 'db', input.DBInstanceIdentifier), rds(scope, 'snapshot', input.DBSnapshotIdentifier)].map(
      (resource) => ({ resource, context: tagContext(input) }),
    ),
  DeleteDBSnapshot: ({ DBSnapshotIdentifier }: OfSnapshot, scope) => [
    rds(scope, 'snapshot', DBSnapshotIdentifier),
  ],
  DescribeDBSnapshots: (input, scope) => [
    rds(scope, 'db', input.DBInstanceIdentifier),
    ...optional(scope, 'snapshot', input.DBSnapshotIdentifier),
  ],
  ...same(ofArn, 'AddTagsToResource', 'ListTagsForResource', 'RemoveTagsFromResource'),
};
