import type { EventBridge } from '@aws-sdk/client-eventbridge';
import { parsePolicy } from '../../../iam/policy.ts';
import type { Operations } from '../../../kernel/index.ts';
import { AwsError, page } from '../../../kernel/index.ts';
import type { Bus, Buses } from '../buses.ts';
import type { Tags } from '../tags.ts';

interface PolicyDocument {
  Version: string;
  Statement: Record<string, unknown>[];
}

/** Event buses and their resource policies. */
export function busOperations(buses: Buses, tags: Tags) {
  return {
    CreateEventBus: (input) => {
      const { Name: name = '', Description, KmsKeyIdentifier, DeadLetterConfig } = input;
      if (name.includes('/')) throw new AwsError('ValidationException', 'Invalid event bus name.');
      const settings = {
        ...(Description !== undefined && { Description }),
        ...(KmsKeyIdentifier !== undefined && { KmsKeyIdentifier }),
        ...(DeadLetterConfig !== undefined && { DeadLetterConfig }),
      };
      const bus = buses.create(name, settings);
      tags.add(bus.arn, input.Tags ?? []);
      return { EventBusArn: bus.arn, ...settings };
    },
    DeleteEventBus: (input) => {
      const bus = buses.find(input.Name);
      if (bus === undefined) return {};
      buses.delete(bus.name);
      tags.forget(bus.arn);
      return {};
    },
    DescribeEventBus: (input) => describe(buses.get(input.Name)),
    ListEventBuses: (input) => {
      const all = buses.all().filter((bus) => bus.name.startsWith(input.NamePrefix ?? ''));
      const { items, nextToken } = page(all, input.NextToken, input.Limit ?? 100);
      return { EventBuses: items.map(describe), ...(nextToken && { NextToken: nextToken }) };
    },
    PutPermission: (input) => {
      const bus = buses.get(input.EventBusName);
      if (input.Policy === undefined) bus.policy = JSON.stringify(withStatement(bus, input));
      else bus.policy = checkedPolicy(input.Policy);
      return {};
    },
    RemovePermission: (input) => {
      const bus = buses.get(input.EventBusName);
      if (input.RemoveAllPermissions !== true) removeStatement(bus, input.StatementId ?? '');
      else delete bus.policy;
      return {};
    },
  } satisfies Operations<EventBridge>;
}

function describe(bus: Bus) {
  return {
    Name: bus.name,
    Arn: bus.arn,
    ...bus.settings,
    ...(bus.policy !== undefined && { Policy: bus.policy }),
    CreationTime: new Date(bus.createdAt),
    LastModifiedTime: new Date(bus.modifiedAt),
  };
}

/** @throws AwsError ValidationException when it is no policy of a resource */
function checkedPolicy(policy: string): string {
  try {
    parsePolicy(policy, 'resource');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('ValidationException', error.message);
  }
  return policy;
}

function policyOf(bus: Bus): PolicyDocument {
  if (bus.policy === undefined) return { Version: '2012-10-17', Statement: [] };
  return JSON.parse(bus.policy) as PolicyDocument;
}

function withStatement(
  bus: Bus,
  input: { Action?: string | undefined; Principal?: string | undefined; StatementId?: string | undefined },
): PolicyDocument {
  const { Action, Principal, StatementId } = input;
  if (Action === undefined || Principal === undefined || StatementId === undefined) {
    throw new AwsError('ValidationException', 'Action, Principal and StatementId, or Policy, must be given.');
  }
  const policy = policyOf(bus);
  const others = policy.Statement.filter((statement) => statement.Sid !== StatementId);
  const principal = Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` };
  const statement = { Sid: StatementId, Effect: 'Allow', Principal: principal, Action, Resource: bus.arn };
  return { ...policy, Statement: [...others, statement] };
}

function removeStatement(bus: Bus, statementId: string): void {
  const policy = policyOf(bus);
  const left = policy.Statement.filter((statement) => statement.Sid !== statementId);
  if (left.length === policy.Statement.length) {
    throw new AwsError('ResourceNotFoundException', `Statement with id ${statementId} does not exist.`);
  }
  if (left.length === 0) delete bus.policy;
  else bus.policy = JSON.stringify({ ...policy, Statement: left });
}
