import { AwsError } from '../kernel/index.ts';

/** A policy statement, its lists spelt out. */
export interface Statement {
  /** Its place in the policy, from 0. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Exactly one of the two is there. */
  readonly actions: readonly string[] | undefined;
  readonly notActions: readonly string[] | undefined;
  /** At most one of the two; neither in trust policies. */
  readonly resources: readonly string[] | undefined;
  readonly notResources: readonly string[] | undefined;
  /** Of resource-based policies: `*`, or values by type (`Service`, `AWS`). */
  readonly principals: '*' | Readonly<Record<string, readonly string[]>> | undefined;
  readonly notPrincipals: '*' | Readonly<Record<string, readonly string[]>> | undefined;
  /** Wanted values by operator and key: `StringEquals` → `aws:SourceAccount` → values. */
  readonly conditions: Conditions;
}

export type Conditions = readonly Condition[];

export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface Policy {
  readonly statements: readonly Statement[];
}

/** The kinds of policies, by what their statements must have. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

const parsed = new Map<string, Policy>();

/**
 * Reads a policy document.
 *
 * @throws AwsError MalformedPolicyDocument when it is none
 */
export function parsePolicy(document: string, kind: PolicyKind): Policy {
  const key = `${kind} ${document}`;
  const policy = parsed.get(key) ?? readPolicy(document, kind);
  parsed.set(key, policy);
  return policy;
}

type Members = Readonly<Record<string, unknown>>;

const VERSIONS: readonly unknown[] = [undefined, '2012-10-17', '2008-10-17'];

function readPolicy(document: string, kind: PolicyKind): Policy {
  const policy = parseJson(document);
  if (!isMembers(policy) || !VERSIONS.includes(policy['Version']))
    throw malformed('Syntax errors in policy.');
  const statements = listOf(policy['Statement']);
  if (statements.length === 0) throw malformed('Syntax errors in policy.');
  return { statements: statements.map((statement, index) => readStatement(statement, index, kind)) };
}

function readStatement(statement: unknown, index: number, kind: PolicyKind): Statement {
  if (!isMembers(statement)) throw malformed('Syntax errors in policy.');
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed('Syntax errors in policy.');
  requireParts(statement, kind);
  return {
    index,
    sid: typeof Sid === 'string' && Sid !== '' ? Sid : undefined,
    effect: Effect,
    actions: stringsOf(Action),
    notActions: stringsOf(NotAction),
    resources: stringsOf(Resource),
    notResources: stringsOf(NotResource),
    principals: principalsOf(Principal),
    notPrincipals: principalsOf(NotPrincipal),
    conditions: conditionsOf(statement['Condition']),
  };
}

function requireParts(statement: Members, kind: PolicyKind): void {
  const count = (...names: string[]) => names.filter((name) => statement[name] !== undefined).length;
  if (count('Action', 'NotAction') !== 1) throw malformed('Policy statement must contain actions.');
  const resources = count('Resource', 'NotResource');
  const principals = count('Principal', 'NotPrincipal');
  if (kind === 'identity') {
    if (resources !== 1) throw malformed('Policy statement must contain resources.');
    if (principals !== 0) throw malformed('Policy document should not specify a principal.');
    return;
  }
  if (principals !== 1) throw malformed('Missing required field Principal');
  if (kind === 'trust' && resources > 0) throw malformed('Has prohibited field Resource');
}

function principalsOf(value: unknown): Statement['principals'] {
  if (value === undefined) return undefined;
  if (value === '*') return '*';
  if (!isMembers(value)) throw malformed('Invalid principal in policy');
  const byType = Object.entries(value).map(([type, names]) => [type, stringsOf(names) ?? []] as const);
  return Object.fromEntries(byType);
}

function conditionsOf(value: unknown): Conditions {
  if (value === undefined) return [];
  if (!isMembers(value)) throw malformed('Syntax errors in policy.');
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!isMembers(keys)) throw malformed('Syntax errors in policy.');
    return Object.entries(keys).map(([key, wanted]) => ({
      operator,
      key: key.toLowerCase(),
      values: listOf(wanted).map(String),
    }));
  });
}

function stringsOf(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const items = listOf(value);
  if (!items.every((item) => typeof item === 'string')) throw malformed('Syntax errors in policy.');
  return items;
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
