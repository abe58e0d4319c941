import type { AccessKeys, Call, Credentials, Kernel, Principal } from '../kernel/index.ts';
import { AwsError } from '../kernel/index.ts';
import type { CallerFacts } from './context.ts';
import { contextOf } from './context.ts';
import { because, denial, userArn } from './denial.ts';
import type { IamReport } from './grants.ts';
import { Grants } from './grants.ts';
import type { Policies, Verdict } from './judge.ts';
import { judge } from './judge.ts';
import { namesOf } from './names.ts';
import type { Directory, Need } from './needs/index.ts';
import { needsOf } from './needs/index.ts';
import type { OwnPolicies } from './own-policies.ts';
import type { Policy } from './policy.ts';
import { parsePolicy } from './policy.ts';
import { authorizeService, trusts } from './resource-policy.ts';

type RolePrincipal = Extract<Principal, { kind: 'role' }>;
type ServicePrincipal = Extract<Principal, { kind: 'service' }>;

/** A user or role, as far as access goes. */
export interface IamEntity {
  readonly arn: string;
  readonly id: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** What IAM tells about roles and users. */
export interface IamSource {
  policiesOf(roleName: string): OwnPolicies | undefined;
  policiesOfUser(userName: string): OwnPolicies | undefined;
  role(name: string): (IamEntity & { readonly trust: string }) | undefined;
  user(name: string): IamEntity | undefined;
  roles(): readonly { readonly name: string; readonly trust: string }[];
}

export interface AccessParts {
  readonly kernel: Kernel;
  readonly credentials: Credentials;
  readonly iam: IamSource;
  /** Whether policies are enforced; if not, roles may do anything and need not exist. */
  readonly enforce: boolean;
  /** Asked when it is needed: the services it knows are made after this. */
  readonly directory: () => Directory;
}

type ConditionKeys = NonNullable<Need['context']>;
type NamedPolicy = Policy & { readonly name: string };

/** Decides who may do what, as IAM does, and remembers it. */
export class Access {
  readonly credentials: Credentials;
  readonly #parts: AccessParts;
  readonly #grants = new Grants();

  constructor(parts: AccessParts) {
    this.#parts = parts;
    this.credentials = parts.credentials;
  }

  /**
   * Asks the policies of whoever calls, and of the resources, for all that the call needs.
   *
   * @param unsigned the error for a call that nobody signed and that may not be made so
   * @throws AwsError AccessDenied in the service's own words
   */
  check(call: Call, input: unknown, unsigned: () => AwsError): void {
    const { principal } = call;
    if (!this.#parts.enforce || isAlwaysAllowed(call)) return;
    const { account } = this.#parts.kernel;
    for (const need of needsOf(call, input, { account, directory: this.#parts.directory() })) {
      const verdict = this.#decide(principal, need);
      if (verdict.outcome === 'allowed') continue;
      throw principal.kind === 'anonymous'
        ? unsigned()
        : denial(call.service, this.#arnOf(principal), need, verdict);
    }
  }

  /**
   * Whether a principal may act on a resource, for services that act in its name: roles by their policies and the
   * resource's, services by the resource's alone.
   *
   * @param more condition keys, in lower case, beside the global ones
   */
  readonly authorize = (
    principal: Principal,
    action: string,
    resource: string,
    more: ConditionKeys = {},
  ): boolean => {
    if (principal.kind !== 'service' && !this.#parts.enforce) return true;
    return this.#decide(principal, { action, resource, context: more }).outcome === 'allowed';
  };

  /** As {@link authorize}, for who only wants to know: nothing is remembered of it. */
  readonly wouldAuthorize = (
    principal: Principal,
    action: string,
    resource: string,
    more: ConditionKeys = {},
  ): boolean => this.#judge(principal, { action, resource, context: more }).outcome === 'allowed';

  /**
   * The principal that a service is as a role.
   *
   * @param service   `scheduler.amazonaws.com`
   * @param sourceArn what it acts for
   * @throws AwsError when the role does not exist or does not trust the service
   */
  readonly assumeRole = (roleArn: string, service: string, sourceArn: string): RolePrincipal => {
    const { iam, kernel, enforce } = this.#parts;
    const roleName = roleNameOf(roleArn);
    const trust = iam.role(roleName)?.trust;
    const from = { kind: 'service', service, sourceArn } as const;
    if (enforce && (trust === undefined || !trusts(trust, from, kernel.account))) {
      throw new AwsError('AccessDeniedException', `${service} is unable to assume role: ${roleArn}`, {
        status: 403,
      });
    }
    return { kind: 'role', roleName, session: service.split('.')[0] ?? service };
  };

  /** Keys of a session of a function's role. @throws AwsError when Lambda cannot assume it */
  readonly lambdaCredentials = (roleArn: string, session: string): AccessKeys => {
    const { roleName } = this.#assumeForLambda(roleArn);
    return this.credentials.issue({ kind: 'role', roleName, session });
  };

  /** What was refused, and what was allowed in vain. */
  report(): IamReport {
    const { iam } = this.#parts;
    const roles = iam.roles().filter(({ trust }) => !isForTheUnseen(trust));
    const unused = roles.flatMap(({ name }) => {
      const policies = iam.policiesOf(name);
      return policies === undefined ? [] : this.#grants.unused(name, policies);
    });
    return { denied: this.#grants.denied(), unusedGrants: unused };
  }

  #assumeForLambda(roleArn: string): RolePrincipal {
    try {
      return this.assumeRole(roleArn, 'lambda.amazonaws.com', roleArn);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'AccessDeniedException') throw error;
      const message = 'The role defined for the function cannot be assumed by Lambda.';
      throw new AwsError('InvalidParameterValueException', message);
    }
  }

  #decide(principal: Principal, need: Required<Need>): Verdict<NamedPolicy> {
    const { action, resource } = need;
    const verdict = this.#judge(principal, need);
    if (verdict.outcome === 'denied') {
      const reason = because(action, verdict);
      this.#grants.deny({ principal, action, resource, because: reason });
      this.#parts.kernel.journal.record({
        kind: 'access-denied',
        principal,
        action,
        resource,
        because: reason,
      });
    } else if (verdict.grant !== undefined && principal.kind === 'role') {
      this.#grants.use(principal.roleName, verdict.grant.policy.name, verdict.grant.statement, action);
    }
    return verdict;
  }

  #judge(principal: Principal, need: Required<Need>): Verdict<NamedPolicy> {
    if (principal.kind === 'service') return this.#judgeService(principal, need);
    const { kernel } = this.#parts;
    const { facts, own } = this.#callerOf(principal);
    const context = contextOf(facts, need, {
      account: kernel.account,
      now: kernel.clock.now(),
      tagsOf: (arn) => this.#parts.directory().tagsOf(arn),
    });
    const policies = this.#policies(principal, own, need);
    const { action, resource } = need;
    return judge(policies, namesOf(principal, kernel.account, facts.arn), { action, resource, context });
  }

  #policies(
    principal: Principal,
    own: OwnPolicies | 'everything',
    { action, resource }: Required<Need>,
  ): Policies<NamedPolicy> {
    const isTrust = action === 'sts:AssumeRole';
    const document = this.#parts.directory().resourcePolicy(resource, action);
    const sessions = principal.kind === 'role' ? (principal.sessionPolicies ?? []) : [];
    return {
      identity: own === 'everything' ? own : own.identity.map(read),
      boundary:
        own === 'everything' || own.boundary === undefined
          ? undefined
          : parsePolicy(own.boundary, 'identity'),
      session: sessions.map((session) => parsePolicy(session, 'identity')),
      resource: document === undefined ? undefined : parsePolicy(document, isTrust ? 'trust' : 'resource'),
      // A key that is not there has no policy: it is for KMS to say so.
      resourceDecides: isTrust || (document !== undefined && /^arn:aws:kms:[^:]*:[^:]*:key\//.test(resource)),
    };
  }

  #judgeService(from: ServicePrincipal, { action, resource, context }: Required<Need>): Verdict<NamedPolicy> {
    const policy = this.#parts.directory().resourcePolicy(resource, action);
    const { account } = this.#parts.kernel;
    return authorizeService(from, action, resource, policy, account, context)
      ? { outcome: 'allowed', grant: undefined }
      : { outcome: 'denied', isExplicit: false, by: 'resource-based policy' };
  }

  /** By what messages call a principal. */
  #arnOf(principal: Principal): string {
    const user = principal.kind === 'user' ? this.#parts.iam.user(principal.userName) : undefined;
    return user?.arn ?? userArn(principal, this.#parts.kernel.account);
  }

  /** @throws AwsError InvalidClientTokenId when the role or user is gone */
  #callerOf(principal: Exclude<Principal, { kind: 'service' }>): {
    facts: CallerFacts;
    own: OwnPolicies | 'everything';
  } {
    const { iam, kernel } = this.#parts;
    const nobody = { arn: '', tags: new Map<string, string>(), userId: '' };
    switch (principal.kind) {
      case 'anonymous':
        return {
          facts: { principal, ...nobody, userId: 'anonymous' },
          own: { identity: [], boundary: undefined },
        };
      case 'account':
        return {
          facts: {
            principal,
            ...nobody,
            arn: userArn(principal, kernel.account),
            userId: kernel.account.id,
          },
          own: 'everything',
        };
      case 'role': {
        const { roleName, session } = principal;
        const role = iam.role(roleName);
        const userId = `${role?.id ?? ''}:${session}`;
        return known(principal, role, userId, iam.policiesOf(roleName));
      }
      case 'user': {
        const user = iam.user(principal.userName);
        return known(principal, user, user?.id ?? '', iam.policiesOfUser(principal.userName));
      }
    }
  }
}

function known(
  principal: Principal,
  entity: IamEntity | undefined,
  userId: string,
  own: OwnPolicies | undefined,
): { facts: CallerFacts; own: OwnPolicies } {
  if (entity === undefined || own === undefined) {
    const message = 'The security token included in the request is invalid.';
    throw new AwsError('InvalidClientTokenId', message, { status: 403 });
  }
  return { facts: { principal, arn: entity.arn, tags: entity.tags, userId }, own };
}

function read({ name, document }: { name: string; document: string }): NamedPolicy {
  return { ...parsePolicy(document, 'identity'), name };
}

export function roleNameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

/** Anyone may ask who they are; links in messages of a topic bring their own proof in place of a signature. */
function isAlwaysAllowed({ service, operation, principal }: Call): boolean {
  const action = `${service}:${operation}`;
  if (principal.kind !== 'anonymous') return action === 'sts:GetCallerIdentity';
  return action === 'sns:ConfirmSubscription' || action === 'sns:Unsubscribe';
}

const UNSEEN: ReadonlySet<string> = new Set([
  'ec2.amazonaws.com',
  'monitoring.rds.amazonaws.com',
  'vpc-flow-logs.amazonaws.com',
]);

/**
 * Instances are simulated, and so is whatever measures databases and networks: they make no calls, so that nothing can
 * be said of what their roles need.
 */
function isForTheUnseen(trust: string): boolean {
  const services = parsePolicy(trust, 'trust').statements.flatMap(({ principals }) =>
    principals === undefined || principals === '*' ? [] : (principals['Service'] ?? []),
  );
  return services.length > 0 && services.every((service) => UNSEEN.has(service));
}
