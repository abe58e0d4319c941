import type { AccessKeys, Call, Credentials, Kernel, Principal } from '../kernel/index.ts';
import { AwsError } from '../kernel/index.ts';
import type { Context } from './conditions.ts';
import { denial, userArn } from './denial.ts';
import type { Decision } from './evaluate.ts';
import { evaluate } from './evaluate.ts';
import type { IamReport } from './grants.ts';
import { Grants } from './grants.ts';
import type { Directory, Need } from './needs/index.ts';
import { needsOf } from './needs/index.ts';
import type { Policy } from './policy.ts';
import { parsePolicy } from './policy.ts';
import { trusts, trustsUser } from './resource-policy.ts';
import type { RolePolicies } from './role-policies.ts';

type RolePrincipal = Extract<Principal, { kind: 'role' }>;

/** What IAM tells about roles. */
export interface RoleSource {
  policiesOf(roleName: string): RolePolicies | undefined;
  role(
    name: string,
  ): { readonly arn: string; readonly trust: string; readonly tags: ReadonlyMap<string, string> } | undefined;
  roles(): readonly { readonly name: string; readonly trust: string }[];
}

export interface AccessParts {
  readonly kernel: Kernel;
  readonly credentials: Credentials;
  readonly iam: RoleSource;
  /** Whether policies are enforced; if not, roles may do anything and need not exist. */
  readonly enforce: boolean;
}

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
   * Asks the policies of whoever calls for all that the call needs.
   *
   * @throws AwsError AccessDenied in the service's own words
   */
  check(call: Call, input: unknown, directory: Directory): void {
    const { principal } = call;
    if (principal.kind !== 'role' || !this.#parts.enforce || isAlwaysAllowed(call)) return;
    const { account } = this.#parts.kernel;
    for (const need of needsOf(call, input, { account, directory })) {
      const decision = this.#decide(principal, need, directory);
      if (decision.outcome === 'allowed') continue;
      throw denial(
        call.service,
        userArn(principal, account.id),
        need,
        decision.outcome === 'denied explicitly',
      );
    }
  }

  /**
   * Whether a role's policies allow an action on a resource, for services that act in a role's name. The account may
   * do anything; what services may do is for the policies of resources to say.
   */
  readonly authorize = (principal: Principal, action: string, resource: string): boolean => {
    if (principal.kind !== 'role' || !this.#parts.enforce) return principal.kind !== 'service';
    return this.#decide(principal, { action, resource, context: {} }).outcome === 'allowed';
  };

  /**
   * The principal that a service is as a role.
   *
   * @param service   `scheduler.amazonaws.com`
   * @param sourceArn what it acts for
   * @throws AwsError when the role does not exist or does not trust the service
   */
  readonly assumeRole = (roleArn: string, service: string, sourceArn: string): RolePrincipal => {
    const { iam, kernel, enforce } = this.#parts;
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const trust = iam.role(roleName)?.trust;
    const from = { kind: 'service', service, sourceArn } as const;
    if (enforce && (trust === undefined || !trusts(trust, from, kernel.account))) {
      throw new AwsError('AccessDeniedException', `${service} is unable to assume role: ${roleArn}`, {
        status: 403,
      });
    }
    return { kind: 'role', roleName, session: service.split('.')[0] ?? service };
  };

  /**
   * A role's session for whoever asks STS for one. The role must trust its account; a role that asks needs its own
   * policies' leave as well, which {@link check} has seen to.
   *
   * @throws AwsError AccessDenied
   */
  readonly assumeRoleAs = (from: Principal, roleArn: string, session: string): RolePrincipal => {
    const { iam, kernel, enforce } = this.#parts;
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const trust = iam.role(roleName)?.trust;
    const user = userArn(from, kernel.account.id);
    if (enforce && (trust === undefined || !trustsUser(trust, user, kernel.account))) {
      const message = `User: ${user} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
      throw new AwsError('AccessDenied', message, { status: 403 });
    }
    return { kind: 'role', roleName, session };
  };

  /** Keys of a session of a function's role. @throws AwsError when Lambda cannot assume it */
  readonly lambdaCredentials = (roleArn: string, session: string): AccessKeys => {
    const { roleName } = this.#assumeForLambda(roleArn);
    return this.credentials.issue({ kind: 'role', roleName, session });
  };

  /** What was refused, and what was allowed in vain. */
  report(): IamReport {
    const { iam } = this.#parts;
    const roles = iam.roles().filter(({ trust }) => !isForInstances(trust));
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

  #decide(principal: RolePrincipal, need: Required<Need>, directory?: Directory): Decision<NamedPolicy> {
    const { action, resource } = need;
    const decision = this.#evaluate(principal, need, directory);
    if (decision.outcome === 'allowed') {
      this.#grants.use(principal.roleName, decision.policy.name, decision.statement, action);
    } else {
      this.#grants.deny(principal, action, resource);
      this.#parts.kernel.journal.record({ kind: 'access-denied', principal, action, resource });
    }
    return decision;
  }

  /** Allowed is what both the role's policies and its permissions boundary allow. */
  #evaluate(
    principal: RolePrincipal,
    need: Required<Need>,
    directory: Directory | undefined,
  ): Decision<NamedPolicy> {
    const policies = this.#parts.iam.policiesOf(principal.roleName);
    if (policies === undefined) throw new AwsError('InvalidClientTokenId', INVALID_TOKEN, { status: 403 });
    const request = { ...need, context: this.#contextOf(principal, need, directory) };
    const decision = evaluate(policies.identity.map(read), request);
    if (policies.boundary === undefined || decision.outcome !== 'allowed') return decision;
    const bounded = evaluate([read({ name: 'boundary', document: policies.boundary })], request);
    return bounded.outcome === 'allowed' ? decision : bounded;
  }

  #contextOf(
    { roleName, session }: RolePrincipal,
    need: Required<Need>,
    directory: Directory | undefined,
  ): Context {
    const { account, clock } = this.#parts.kernel;
    const role = this.#parts.iam.role(roleName);
    return (key) => {
      const own = need.context[key];
      if (own !== undefined) return own;
      const tag = /^(aws:principaltag|[a-z0-9-]+:resourcetag)\/(.+)$/.exec(key);
      if (tag?.[2] !== undefined) {
        const tags = tag[1] === 'aws:principaltag' ? role?.tags : directory?.tagsOf(need.resource);
        return tagValue(tags, tag[2]);
      }
      return globalKey(key, {
        roleArn: role?.arn ?? '',
        userId: `${roleName}:${session}`,
        accountId: account.id,
        region: account.region,
        now: clock.date(),
      });
    };
  }
}

const INVALID_TOKEN = 'The security token included in the request is invalid.';

function read({ name, document }: { name: string; document: string }): NamedPolicy {
  return { ...parsePolicy(document, 'identity'), name };
}

/** Anyone may ask who they are. */
function isAlwaysAllowed({ service, operation }: Call): boolean {
  return service === 'sts' && operation === 'GetCallerIdentity';
}

/** Instances are simulated: they make no calls, so that nothing can be said of what their roles need. */
function isForInstances(trust: string): boolean {
  const services = parsePolicy(trust, 'trust').statements.flatMap(({ principals }) =>
    principals === undefined || principals === '*' ? [] : (principals['Service'] ?? []),
  );
  return services.length > 0 && services.every((service) => service === 'ec2.amazonaws.com');
}

/** Keys of tags are compared without regard to case. */
function tagValue(
  tags: ReadonlyMap<string, string> | undefined,
  wanted: string,
): readonly string[] | undefined {
  for (const [key, value] of tags ?? []) if (key.toLowerCase() === wanted) return [value];
  return undefined;
}

/** AWS's global condition keys, as far as calls within the cloud have them. */
function globalKey(
  key: string,
  of: { roleArn: string; userId: string; accountId: string; region: string; now: Date },
): readonly string[] | undefined {
  switch (key) {
    case 'aws:principalarn':
      return [of.roleArn];
    case 'aws:principalaccount':
    case 'aws:resourceaccount':
      return [of.accountId];
    case 'aws:principaltype':
      return ['AssumedRole'];
    case 'aws:userid':
      return [of.userId];
    case 'aws:requestedregion':
    case 'ec2:region':
      return [of.region];
    case 'aws:currenttime':
      return [of.now.toISOString()];
    case 'aws:epochtime':
      return [String(Math.floor(of.now.getTime() / 1000))];
    // The wire is plain HTTP to 127.0.0.1 in place of TLS.
    case 'aws:securetransport':
      return ['true'];
    case 'aws:sourceip':
      return ['127.0.0.1'];
    default:
      return undefined;
  }
}
