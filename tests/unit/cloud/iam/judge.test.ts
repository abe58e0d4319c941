import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../../tools/cloud/iam/judge.ts';
import { namesOf } from '../../../../tools/cloud/iam/names.ts';
import { parsePolicy } from '../../../../tools/cloud/iam/policy.ts';
import type { Principal } from '../../../../tools/cloud/kernel/index.ts';

const account = { id: '123456789012', region: 'eu-central-1', zones: [] };
const ROOT = `arn:aws:iam::${account.id}:root`;
const ROLE = `arn:aws:iam::${account.id}:role/worker`;
const SESSION = `arn:aws:sts::${account.id}:assumed-role/worker/s`;
const USER = `arn:aws:iam::${account.id}:user/ann`;

const role: Principal = { kind: 'role', roleName: 'worker', session: 's' };
const user: Principal = { kind: 'user', userName: 'ann' };

/** What one policy says of the request: that it allows it, denies it, or nothing. `absent`: there is none. */
type Says = 'absent' | 'allow' | 'deny' | 'nothing';

const SAYS: readonly Says[] = ['absent', 'allow', 'deny', 'nothing'];

function statementsOf(says: Says): object[] {
  const Effect = says === 'deny' ? 'Deny' : 'Allow';
  return [{ Effect, Action: says === 'nothing' ? 'x:Other' : 'x:Do', Resource: '*' }];
}

function identity(says: Says) {
  if (says === 'absent') return undefined;
  return parsePolicy(JSON.stringify({ Statement: statementsOf(says) }), 'identity');
}

function resource(says: Says, Principal: object | string) {
  if (says === 'absent') return undefined;
  const Statement = statementsOf(says).map((statement) => ({ ...statement, Principal }));
  return parsePolicy(JSON.stringify({ Statement }), 'resource');
}

interface Case {
  readonly principal?: Principal;
  readonly own?: Says;
  readonly boundary?: Says;
  readonly session?: Says;
  readonly resource?: Says;
  readonly named?: object | string;
  readonly resourceDecides?: boolean;
}

function verdictOf(given: Case) {
  const { principal = role, own = 'absent', boundary = 'absent', session = 'absent' } = given;
  const present = <Item>(item: Item | undefined) => (item === undefined ? [] : [item]);
  const verdict = judge(
    {
      identity: present(identity(own)),
      boundary: identity(boundary),
      session: present(identity(session)),
      resource: resource(given.resource ?? 'absent', given.named ?? { AWS: ROLE }),
      resourceDecides: given.resourceDecides ?? false,
    },
    namesOf(principal, account, principal.kind === 'user' ? USER : ROLE),
    { action: 'x:Do', resource: 'arn:r', context: () => undefined },
  );
  return verdict.outcome === 'allowed'
    ? 'allowed'
    : `${verdict.isExplicit ? 'denied' : 'not allowed'} by ${verdict.by}`;
}

/**
 * IAM User Guide, "How AWS enforcement code logic evaluates requests": within one account, for an IAM role's session,
 * written down as a table, in AWS's order, and not as the code has it.
 */
function byTheBook(own: Says, boundary: Says, session: Says, onResource: Says, named: string): boolean {
  if ([own, boundary, session, onResource].includes('deny')) return false;
  const isNamed = (name: string) => onResource === 'allow' && named === name;
  // "If the resource-based policy allows the IAM role session … directly, the final decision is Allow."
  if (isNamed('session') || isNamed('anyone')) return true;
  const isGranted = own === 'allow' || isNamed('role');
  const isWithin = (limit: Says) => limit === 'absent' || limit === 'allow';
  return isGranted && isWithin(boundary) && isWithin(session);
}

const NAMED: Readonly<Record<string, object | string>> = {
  anyone: '*',
  session: { AWS: SESSION },
  role: { AWS: ROLE },
  account: { AWS: ROOT },
  'another role': { AWS: `${ROLE}2` },
};

describe('policies of all kinds together', () => {
  it('decide as the book says, in every combination', () => {
    let combinations = 0;
    for (const own of SAYS)
      for (const boundary of SAYS)
        for (const session of SAYS)
          for (const onResource of SAYS)
            for (const [name, named] of Object.entries(NAMED)) {
              // A deny for another role is none for this one.
              const heard = onResource === 'deny' && name === 'another role' ? 'absent' : onResource;
              const verdict = verdictOf({ own, boundary, session, resource: onResource, named });
              const expected = byTheBook(own, boundary, session, heard, name);
              combinations++;
              expect([own, boundary, session, onResource, name, verdict === 'allowed']).toEqual([
                own,
                boundary,
                session,
                onResource,
                name,
                expected,
              ]);
            }
    expect(combinations).toBe(4 ** 4 * 5);
  });

  it('are never made wider by a policy that denies', () => {
    const says = fc.constantFrom(...SAYS);
    const kinds = fc.constantFrom('own', 'boundary', 'session', 'resource');
    const given = fc.record({ own: says, boundary: says, session: says, resource: says });
    fc.assert(
      fc.property(given, kinds, (policies, kind) => {
        expect(verdictOf({ ...policies, named: '*', [kind]: 'deny' })).toMatch(/^denied by/);
      }),
    );
  });
});

describe('a refusal names what refuses', () => {
  it.each<[Case, string]>([
    [{}, 'not allowed by identity-based policy'],
    [{ own: 'deny' }, 'denied by identity-based policy'],
    [{ own: 'allow', boundary: 'nothing' }, 'not allowed by permissions boundary'],
    [{ own: 'allow', session: 'nothing' }, 'not allowed by session policy'],
    [{ own: 'allow', resource: 'deny' }, 'denied by resource-based policy'],
    [{ resource: 'allow', boundary: 'nothing' }, 'not allowed by permissions boundary'],
    [{ own: 'allow', resource: 'nothing', resourceDecides: true }, 'not allowed by resource-based policy'],
  ])('%j: %s', (given, expected) => {
    expect(verdictOf(given)).toBe(expected);
  });
});

describe('a key and the trust of a role', () => {
  const decides = (given: Case) => verdictOf({ ...given, resource: 'allow', resourceDecides: true });

  it('let in those they name', () => {
    expect(decides({ named: { AWS: ROLE } })).toBe('allowed');
    expect(decides({ principal: user, named: { AWS: USER } })).toBe('allowed');
  });

  it('leave to the account whom they let in by naming the account', () => {
    expect(decides({ named: { AWS: ROOT } })).toBe('not allowed by identity-based policy');
    expect(decides({ named: { AWS: account.id }, own: 'allow' })).toBe('allowed');
  });
});

describe('a user', () => {
  it('whom a resource names needs nothing else, and is not bounded', () => {
    const given = { principal: user, resource: 'allow', boundary: 'nothing' } as const;
    expect(verdictOf({ ...given, named: { AWS: USER } })).toBe('allowed');
    expect(verdictOf({ ...given, named: { AWS: ROLE } })).toBe('not allowed by identity-based policy');
  });
});

describe('NotPrincipal', () => {
  const denying = (...AWS: string[]) =>
    judge(
      {
        identity: [parsePolicy(JSON.stringify({ Statement: statementsOf('allow') }), 'identity')],
        boundary: undefined,
        session: [],
        resource: parsePolicy(
          JSON.stringify({
            Statement: [{ Effect: 'Deny', NotPrincipal: { AWS }, Action: '*', Resource: '*' }],
          }),
          'resource',
        ),
        resourceDecides: false,
      },
      namesOf(role, account, ROLE),
      { action: 'x:Do', resource: 'arn:r', context: () => undefined },
    ).outcome;

  it('leaves out only whom it names in full: account, role and session', () => {
    expect(denying(ROOT, ROLE, SESSION)).toBe('allowed');
    expect(denying(ROLE)).toBe('denied');
    expect(denying(ROOT, ROLE)).toBe('denied');
  });
});
