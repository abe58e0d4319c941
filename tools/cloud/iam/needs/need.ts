import type { Account, Operations } from '../../kernel/index.ts';
import { arn } from '../../kernel/index.ts';

/** What a call needs leave for: an action on a resource. */
export interface Need {
  /** Where it is not the operation's own: a transaction needs `dynamodb:PutItem`. */
  readonly action?: string;
  readonly resource: string;
  /** Condition keys of the request, in lower case, beside those every request has. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** What the needs of a call are told by, beside its input. */
export interface Scope {
  readonly account: Account;
  readonly directory: Directory;
}

/** What is asked of the services about their resources. */
export interface Directory {
  /** Tags of the resource with an ARN; undefined where there is no such resource, or it has no tags. */
  tagsOf(arn: string): ReadonlyMap<string, string> | undefined;
  /** The policy document of a resource that has one, as far as it has a say in an action: the trust of a role. */
  resourcePolicy(arn: string, action: string): string | undefined;
  autoScalingGroupArn(name: string): string | undefined;
  /** Name of the group an instance belongs to. */
  groupOfInstance(instanceId: string): string | undefined;
  /** ARN of a KMS key, by its id, ARN or alias. */
  keyArn(reference: string): string | undefined;
  /** ARN of a secret, by its name, ARN, or ARN without its end. */
  secretArn(reference: string): string | undefined;
  /** Id of the file system that a mount target is of. */
  fileSystemOfTarget(mountTargetId: string): string | undefined;
  /** Id of the hosted zone in which a service of Cloud Map has records, by the service's id or ARN. */
  hostedZoneOfService(reference: string): string | undefined;
  /** ARN of a namespace of Cloud Map, by its name or by an operation on it or in it. */
  cloudMapNamespace(of: { readonly name: string } | { readonly operation: string }): string | undefined;
  /** A role or user, whose path callers do not name. */
  iamEntity(
    kind: 'role' | 'user' | 'instance-profile',
    name: string,
  ): { readonly arn: string; readonly boundaryArn?: string | undefined } | undefined;
  /** ARN of a stack, by its name or ARN. */
  stackArn(name: string): string | undefined;
  /** ARN of the function that an event source mapping calls, by the mapping's id. */
  functionOfMapping(uuid: string): string | undefined;
  /** Name of the partition key of a table or of one of its indexes. */
  partitionKey(table: string, index: string | undefined): string | undefined;
  /** ARN of the key of the account's own that a table is encrypted with. */
  tableKey(table: string): string | undefined;
  /** Id of a launch template, by its name. */
  launchTemplateId(name: string): string | undefined;
  /** ARN of the role of an instance profile, by the profile's name or ARN. */
  roleOfProfile(profile: string): string | undefined;
  /** ARN of the role that instances launched from a template have. */
  roleOfTemplate(template: {
    readonly id?: string;
    readonly name?: string;
    readonly version?: string;
  }): string | undefined;
}

type InputOf<Operation> =
  NonNullable<Operation> extends (input: infer Input, ...rest: never) => unknown ? Input : never;

/** The needs of a service's operations; a plain string is a resource of the operation's own action. */
export type NeedsOf<Client> = {
  readonly [Name in keyof Operations<Client>]?: (
    input: InputOf<Operations<Client>[Name]>,
    scope: Scope,
  ) => readonly (Need | string)[];
};

/** Several operations with the same needs. */
export function same<Name extends string, Rule>(rule: Rule, ...names: Name[]): Record<Name, Rule> {
  return Object.fromEntries(names.map((name) => [name, rule])) as Record<Name, Rule>;
}

/** The resource of an ARN, or of a name in the account: `named('sqs', 'queue')`. */
export function named({ account }: Scope, service: string, resource: string): string {
  return arn(account, service, resource);
}

type Value = string | number | boolean | readonly string[] | undefined;

/** Condition keys of a request, without those that it does not have. */
export function keys(values: Readonly<Record<string, Value>>): Record<string, readonly string[]> {
  const present = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, typeof value === 'object' ? value : [String(value)]] as const],
  );
  return Object.fromEntries(present);
}

/** What handing a role to a service needs; nothing where none is handed. */
export function passRole(role: string | undefined, service: string): Need[] {
  if (role === undefined) return [];
  const context = { 'iam:passedtoservice': [service] };
  return [{ action: 'iam:PassRole', resource: role, context }];
}
