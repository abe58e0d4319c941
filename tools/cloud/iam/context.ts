import type { Account, Instant, Principal } from '../kernel/index.ts';
import type { Context } from './conditions.ts';
import type { Need } from './needs/index.ts';

/** What conditions can ask about a caller. */
export interface CallerFacts {
  readonly principal: Principal;
  /** Of the user or role. */
  readonly arn: string;
  readonly tags: ReadonlyMap<string, string>;
  /** `aws:userid` */
  readonly userId: string;
}

export interface Surroundings {
  readonly account: Account;
  readonly now: Instant;
  readonly tagsOf: (arn: string) => ReadonlyMap<string, string> | undefined;
}

/** The condition keys of a request: what its needs bring, tags, and AWS's global keys. */
export function contextOf(caller: CallerFacts, need: Required<Need>, around: Surroundings): Context {
  return (key) => {
    const own = need.context[key];
    if (own !== undefined) return own;
    const tag = /^(aws:principaltag|s3:existingobjecttag|[a-z0-9-]+:resourcetag)\/(.+)$/.exec(key);
    if (tag?.[2] !== undefined) {
      const tags = tag[1] === 'aws:principaltag' ? caller.tags : around.tagsOf(need.resource);
      return tagValue(tags, tag[2]);
    }
    return globalKey(key, caller, around);
  };
}

/** Keys of tags are compared without regard to case. */
function tagValue(
  tags: ReadonlyMap<string, string> | undefined,
  wanted: string,
): readonly string[] | undefined {
  for (const [key, value] of tags ?? []) if (key.toLowerCase() === wanted) return [value];
  return undefined;
}

const TYPES: Readonly<Record<Principal['kind'], string>> = {
  account: 'Account',
  user: 'User',
  role: 'AssumedRole',
  service: 'Service',
  anonymous: 'Anonymous',
};

/** AWS's global condition keys, as far as calls within the cloud have them. */
function globalKey(
  key: string,
  { principal, arn, userId }: CallerFacts,
  { account, now }: Surroundings,
): readonly string[] | undefined {
  switch (key) {
    case 'aws:principalarn':
      return [arn];
    case 'aws:principalaccount':
      return principal.kind === 'anonymous' ? undefined : [account.id];
    case 'aws:resourceaccount':
      return [account.id];
    case 'aws:principaltype':
      return [TYPES[principal.kind]];
    case 'aws:userid':
      return [userId];
    case 'aws:username':
      return principal.kind === 'user' ? [principal.userName] : undefined;
    case 'aws:requestedregion':
    case 'ec2:region':
      return [account.region];
    case 'aws:currenttime':
      return [new Date(now).toISOString()];
    case 'aws:epochtime':
      return [String(Math.floor(now / 1000))];
    // The wire is plain HTTP to 127.0.0.1 in place of TLS.
    case 'aws:securetransport':
      return ['true'];
    case 'aws:sourceip':
      return ['127.0.0.1'];
    case 'aws:principalisawsservice':
    case 'aws:viaawsservice':
      return ['false'];
    default:
      return undefined;
  }
}
