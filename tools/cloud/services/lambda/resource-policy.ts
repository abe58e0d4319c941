import type { AddPermissionCommandInput } from '@aws-sdk/client-lambda';
import type { Principal } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';

interface Statement {
  Sid: string;
  Effect: 'Allow';
  Principal: '*' | { Service: string } | { AWS: string };
  Action: string;
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

/** The resource-based policy of a function, version or alias: who beside the account's own roles may invoke it. */
export class ResourcePolicy {
  readonly #statements = new Map<string, Statement>();
  revisionId: string;

  constructor(revisionId: string) {
    this.revisionId = revisionId;
  }

  /** @returns the statement, as JSON. @throws AwsError ResourceConflictException when the statement id is taken */
  add(input: AddPermissionCommandInput, resource: string): string {
    const sid = input.StatementId ?? '';
    if (this.#statements.has(sid)) {
      throw new AwsError(
        'ResourceConflictException',
        `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    const condition = conditionOf(input);
    const statement: Statement = {
      Sid: sid,
      Effect: 'Allow',
      Principal: principalOf(input.Principal ?? ''),
      Action: input.Action ?? '',
      Resource: resource,
      ...(condition && { Condition: condition }),
    };
    this.#statements.set(sid, statement);
    return JSON.stringify(statement);
  }

  /** @throws AwsError ResourceNotFoundException */
  remove(sid: string): void {
    if (!this.#statements.delete(sid)) {
      throw new AwsError('ResourceNotFoundException', `Statement ${sid} is not found in resource policy.`);
    }
  }

  get isEmpty(): boolean {
    return this.#statements.size === 0;
  }

  /** Whether a service may invoke on behalf of the resource it names. */
  admits(from: Extract<Principal, { kind: 'service' }>, accountId: string): boolean {
    return [...this.#statements.values()].some(
      (statement) =>
        admitsPrincipal(statement.Principal, from.service) &&
        ['lambda:InvokeFunction', 'lambda:*', '*'].includes(statement.Action) &&
        holds(statement.Condition, { 'AWS:SourceArn': from.sourceArn, 'AWS:SourceAccount': accountId }),
    );
  }

  toString(): string {
    return JSON.stringify({
      Version: '2012-10-17',
      Id: 'default',
      Statement: [...this.#statements.values()],
    });
  }
}

function principalOf(principal: string): Statement['Principal'] {
  if (principal === '*') return '*';
  return principal.includes('.') ? { Service: principal } : { AWS: principal };
}

function conditionOf(input: AddPermissionCommandInput): Statement['Condition'] | undefined {
  const condition = {
    ...(input.SourceArn && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
    ...(input.SourceAccount && { StringEquals: { 'AWS:SourceAccount': input.SourceAccount } }),
  };
  return Object.keys(condition).length === 0 ? undefined : condition;
}

function admitsPrincipal(principal: Statement['Principal'], service: string): boolean {
  return principal === '*' || ('Service' in principal && principal.Service === service);
}

function holds(condition: Statement['Condition'], facts: Record<string, string>): boolean {
  return Object.values(condition ?? {}).every((keys) =>
    Object.entries(keys).every(([key, pattern]) => likePattern(pattern).test(facts[key] ?? '')),
  );
}

/** An ArnLike pattern: `*` any characters, `?` any one. */
function likePattern(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`);
}
