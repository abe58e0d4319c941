import type { AddPermissionCommandInput } from '@aws-sdk/client-lambda';
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
  return principal.includes('.') && !principal.startsWith('arn:')
    ? { Service: principal }
    : { AWS: principal };
}

function conditionOf(input: AddPermissionCommandInput): Statement['Condition'] | undefined {
  const condition = {
    ...(input.SourceArn && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
    ...(input.SourceAccount && { StringEquals: { 'AWS:SourceAccount': input.SourceAccount } }),
  };
  return Object.keys(condition).length === 0 ? undefined : condition;
}
