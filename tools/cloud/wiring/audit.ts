import type { Access } from '../iam/access.ts';
import { nameOf } from '../iam/grants.ts';
import { ACTIONS, targetKind } from '../delivery/index.ts';
import type { Account, Principal } from '../kernel/index.ts';
import { AwsError } from '../kernel/index.ts';
import type { Key } from '../services/kms/keys.ts';
import { keyUse } from '../services/kms/key-use.ts';
import { ownerKeys } from '../services/sns/topic-policy.ts';
import type { RefusedWire, Wire } from './wire.ts';

export interface AuditParts {
  readonly account: Account;
  readonly access: Pick<Access, 'assumeRole' | 'wouldAuthorize'>;
  /** The key that a topic or queue is encrypted with. */
  readonly keyOfResource: (arn: string) => string | undefined;
  /** @throws AwsError when there is no key that can be used */
  readonly key: (reference: string) => Key;
}

/**
 * The wires that would carry nothing if they were used now, and what keeps them from it. Most dead-letter queues are
 * never sent to in a run: without this, one that admits nobody shows on the day it is needed.
 */
export function refusedWires(wires: readonly Wire[], parts: AuditParts): RefusedWire[] {
  return wires.flatMap((wire) => refusalsOf(wire, parts)).filter(isFirstOfItsKind);
}

function refusalsOf(wire: Wire, parts: AuditParts): RefusedWire[] {
  const { from, to, use } = wire;
  const kind = targetKind(to);
  // The policies of log groups are not asked, for want of any.
  if (kind === undefined || kind === 'logs' || kind === 'autoscaling') return [];
  const action = ACTIONS[kind];
  const sender = senderOf(wire, parts);
  if (sender === undefined) {
    const roleArn = wire.as.kind === 'role to assume' ? wire.as.roleArn : '';
    const service = wire.as.kind === 'role to assume' ? wire.as.service : '';
    return [{ from, to, use, sender: service, action: 'sts:AssumeRole', policy: `the trust of ${roleArn}` }];
  }
  const refused = { from, to, use, sender: nameOf(sender) };
  const own = sender.kind === 'role' ? `the policies of the role ${sender.roleName}` : undefined;
  if (!isAdmitted(sender, action, to, parts))
    return [{ ...refused, action, policy: own ?? `the policy of ${to}` }];
  const key = parts.keyOfResource(to);
  const mayUseKey = keyUse(parts.key, parts.access.wouldAuthorize);
  if (key === undefined || mayUseKey(key, sender, to, ['kms:GenerateDataKey', 'kms:Decrypt'])) return [];
  return [{ ...refused, action: 'kms:GenerateDataKey', policy: `the policy of the key ${key}` }];
}

function isAdmitted(sender: Principal, action: string, to: string, { access, account }: AuditParts): boolean {
  const more =
    sender.kind === 'service' && action === 'sns:Publish' ? ownerKeys(sender.service, account.id) : {};
  try {
    return access.wouldAuthorize(sender, action, to, more);
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

/** Undefined where the service may not be the role that it is to be. */
function senderOf({ as, from }: Wire, { access }: AuditParts): Principal | undefined {
  if (as.kind !== 'role to assume') return as;
  try {
    return access.assumeRole(as.roleArn, as.service, from);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** A rule with two targets has one dead-letter queue, named twice. */
function isFirstOfItsKind(wire: RefusedWire, index: number, all: readonly RefusedWire[]): boolean {
  const isSame = (other: RefusedWire) =>
    other.from === wire.from &&
    other.to === wire.to &&
    other.use === wire.use &&
    other.action === wire.action;
  return all.findIndex(isSame) === index;
}
