import type { IAM } from '@aws-sdk/client-iam';
import type { Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { noSuchEntity } from './entities.ts';
import { roleView } from './roles.ts';
import type { IamStore, Role } from './store.ts';

/** Names of the roles that services make for themselves, by service, from AWS's list of service-linked roles. */
const NAMES: Readonly<Record<string, string>> = {
  'autoscaling.amazonaws.com': 'AWSServiceRoleForAutoScaling',
  'elasticloadbalancing.amazonaws.com': 'AWSServiceRoleForElasticLoadBalancing',
  'rds.amazonaws.com': 'AWSServiceRoleForRDS',
  'spot.amazonaws.com': 'AWSServiceRoleForEC2Spot',
};

export function serviceLinkedRoleOperations(store: IamStore) {
  return {
    CreateServiceLinkedRole: ({ AWSServiceName = '', CustomSuffix, Description }) => ({
      Role: roleView(createRole(store, AWSServiceName, CustomSuffix, Description)),
    }),
    DeleteServiceLinkedRole: ({ RoleName = '' }) => {
      store.roles.get(RoleName);
      store.roles.delete(RoleName);
      return { DeletionTaskId: `task/aws-service-role/${RoleName}/${store.kernel.ids.uuid()}` };
    },
    GetServiceLinkedRoleDeletionStatus: ({ DeletionTaskId = '' }) => {
      if (!DeletionTaskId.startsWith('task/aws-service-role/')) {
        throw noSuchEntity(`Deletion task ${DeletionTaskId} cannot be found.`);
      }
      // Nothing in the cloud holds on to such a role, so that its deletion is always over.
      return { Status: 'SUCCEEDED' as const };
    },
  } satisfies Operations<IAM>;
}

function createRole(store: IamStore, service: string, suffix?: string, description?: string): Role {
  const base = NAMES[service];
  if (base === undefined) {
    throw new AwsError(
      'InvalidInputException',
      `Service role name has not been defined for service: ${service}`,
    );
  }
  const name = suffix === undefined ? base : `${base}_${suffix}`;
  if (store.roles.find(name) !== undefined) {
    throw new AwsError(
      'InvalidInputException',
      `Service role name ${name} has been taken in this account, please try a different suffix.`,
    );
  }
  const path = `/aws-service-role/${service}/`;
  const role: Role = {
    name,
    path,
    id: store.uniqueId('AROA'),
    arn: store.arn('role', path, name),
    createdAt: store.kernel.clock.date(),
    trust: trustOf(service),
    description,
    maxSessionDuration: 3600,
    boundaryArn: undefined,
    tags: new Map(),
    inlinePolicies: new Map(),
    attachedArns: new Set(),
  };
  store.roles.add(name, role);
  return role;
}

function trustOf(service: string): string {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
