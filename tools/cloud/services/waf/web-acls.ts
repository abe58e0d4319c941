import type {
  CreateWebACLRequest,
  LoggingConfiguration,
  Tag,
  WebACL,
  WebACLSummary,
} from '@aws-sdk/client-wafv2';
import type { Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import { capacityOf } from './capacity.ts';
import { invalid, nonexistent } from './errors.ts';

export type Settings = Omit<CreateWebACLRequest, 'Name' | 'Scope' | 'Tags'>;

/** A web ACL: its rules, what it guards, and where it logs. */
export interface WebAclRecord {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  settings: Settings;
  capacity: number;
  /** Changes with each update: who has an older one may not write. */
  lockToken: string;
  tags: Tag[];
  logging: LoggingConfiguration | undefined;
}

/** Whether a load balancer with an ARN is there. */
export type Guarded = (resourceArn: string) => boolean;

/** The region's web ACLs, and which guards which load balancer. */
export class WebAcls {
  readonly #kernel: Kernel;
  readonly #exists: Guarded;
  readonly #byArn = new Map<string, WebAclRecord>();
  /** ARNs of load balancers to ARNs of web ACLs. */
  readonly #guards = new Map<string, string>();

  constructor(kernel: Kernel, exists: Guarded) {
    this.#kernel = kernel;
    this.#exists = exists;
  }

  all(): WebAclRecord[] {
    return [...this.#byArn.values()];
  }

  /** @throws AwsError WAFNonexistentItemException */
  byArn(reference: string | undefined): WebAclRecord {
    const acl = this.#byArn.get(reference ?? '');
    if (acl === undefined) throw nonexistent();
    return acl;
  }

  /** @throws AwsError WAFNonexistentItemException, WAFInvalidParameterException for another scope */
  get(input: {
    readonly Name?: string | undefined;
    readonly Id?: string | undefined;
    readonly Scope?: string | undefined;
  }): WebAclRecord {
    checkScope(input.Scope);
    const acl = this.all().find(({ name, id }) => name === input.Name && id === input.Id);
    if (acl === undefined) throw nonexistent();
    return acl;
  }

  /** @throws AwsError WAFDuplicateItemException, WAFInvalidParameterException */
  create({ Name: name = '', Scope, Tags = [], ...settings }: CreateWebACLRequest): WebAclRecord {
    checkScope(Scope);
    if (this.all().some((acl) => acl.name === name)) {
      const message =
        "AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one.";
      throw new AwsError('WAFDuplicateItemException', message);
    }
    const capacity = capacityOf(settings.Rules ?? []);
    const { account, ids } = this.#kernel;
    const id = ids.uuid();
    const acl: WebAclRecord = {
      name,
      id,
      arn: arn(account, 'wafv2', `regional/webacl/${name}/${id}`),
      settings,
      capacity,
      lockToken: ids.uuid(),
      tags: Tags,
      logging: undefined,
    };
    this.#byArn.set(acl.arn, acl);
    return acl;
  }

  update(acl: WebAclRecord, lockToken: string | undefined, settings: Settings): void {
    checkLock(acl, lockToken);
    acl.capacity = capacityOf(settings.Rules ?? []);
    acl.settings = settings;
    acl.lockToken = this.#kernel.ids.uuid();
  }

  /** @throws AwsError WAFAssociatedItemException, WAFOptimisticLockException */
  delete(acl: WebAclRecord, lockToken: string | undefined): void {
    checkLock(acl, lockToken);
    if (this.guardedBy(acl).length > 0 || acl.logging !== undefined) {
      const message =
        "AWS WAF couldn't perform the operation because your resource is being used by another resource or it's associated with another resource.";
      throw new AwsError('WAFAssociatedItemException', message);
    }
    this.#byArn.delete(acl.arn);
  }

  associate(acl: WebAclRecord, resourceArn: string): void {
    this.checkResource(resourceArn);
    this.#guards.set(resourceArn, acl.arn);
  }

  disassociate(resourceArn: string): void {
    this.checkResource(resourceArn);
    this.#guards.delete(resourceArn);
  }

  of(resourceArn: string): WebAclRecord | undefined {
    this.checkResource(resourceArn);
    return this.#byArn.get(this.#guards.get(resourceArn) ?? '');
  }

  /** A load balancer that is gone is guarded by nothing. */
  guardedBy({ arn: aclArn }: WebAclRecord): string[] {
    const guarded = [...this.#guards].filter(
      ([resource, guard]) => guard === aclArn && this.#exists(resource),
    );
    return guarded.map(([resource]) => resource);
  }

  /** @throws AwsError WAFInvalidParameterException, WAFNonexistentItemException */
  checkResource(resourceArn: string): void {
    if (!/^arn:aws:elasticloadbalancing:.*:loadbalancer\/app\//.test(resourceArn)) {
      throw invalid(
        'RESOURCE_ARN',
        `The ARN isn't valid: only Application Load Balancers can be guarded here.`,
      );
    }
    if (!this.#exists(resourceArn)) throw nonexistent();
  }
}

function checkScope(scope: string | undefined): void {
  if (scope === 'CLOUDFRONT') throw invalid('SCOPE_VALUE', 'The scope is not valid in this region.');
}

function checkLock(acl: WebAclRecord, lockToken: string | undefined): void {
  if (acl.lockToken === lockToken) return;
  throw new AwsError(
    'WAFOptimisticLockException',
    "AWS WAF couldn't save your changes because someone changed the resource after you started to edit it. Reapply your changes.",
  );
}

export function summaryOf({ name, id, arn: own, settings, lockToken }: WebAclRecord): WebACLSummary {
  return { Name: name, Id: id, Description: settings.Description ?? '', LockToken: lockToken, ARN: own };
}

export function shown({ account }: Kernel, acl: WebAclRecord): WebACL {
  const { DefaultAction, VisibilityConfig, ...rest } = acl.settings;
  return {
    ...rest,
    DefaultAction,
    VisibilityConfig,
    Rules: acl.settings.Rules ?? [],
    Name: acl.name,
    Id: acl.id,
    ARN: acl.arn,
    Capacity: acl.capacity,
    ManagedByFirewallManager: false,
    LabelNamespace: `awswaf:${account.id}:webacl:${acl.name}:`,
  };
}
