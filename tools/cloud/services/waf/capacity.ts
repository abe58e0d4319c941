import type { Rule, Statement } from '@aws-sdk/client-wafv2';
import { invalid } from './errors.ts';

/** AWS's managed rule groups, and the capacity units that each needs ("AWS Managed Rules rule groups list"). */
export const MANAGED_GROUPS: ReadonlyMap<string, number> = new Map([
  ['AWSManagedRulesCommonRuleSet', 700],
  ['AWSManagedRulesAdminProtectionRuleSet', 100],
  ['AWSManagedRulesKnownBadInputsRuleSet', 200],
  ['AWSManagedRulesSQLiRuleSet', 200],
  ['AWSManagedRulesLinuxRuleSet', 200],
  ['AWSManagedRulesUnixRuleSet', 100],
  ['AWSManagedRulesWindowsRuleSet', 200],
  ['AWSManagedRulesPHPRuleSet', 100],
  ['AWSManagedRulesWordPressRuleSet', 100],
  ['AWSManagedRulesAmazonIpReputationList', 25],
  ['AWSManagedRulesAnonymousIpList', 50],
  ['AWSManagedRulesBotControlRuleSet', 50],
  ['AWSManagedRulesATPRuleSet', 50],
  ['AWSManagedRulesACFPRuleSet', 50],
  ['AWSManagedRulesAntiDDoSRuleSet', 50],
]);

/** Units of single statements; those that depend on what they look for are counted at their least. */
const UNITS: Readonly<Partial<Record<keyof Statement, number>>> = {
  AsnMatchStatement: 1,
  ByteMatchStatement: 2,
  GeoMatchStatement: 1,
  IPSetReferenceStatement: 1,
  LabelMatchStatement: 1,
  RegexMatchStatement: 3,
  RegexPatternSetReferenceStatement: 25,
  SizeConstraintStatement: 1,
  SqliMatchStatement: 20,
  XssMatchStatement: 40,
};

const RATE_UNITS = 2;
const MOST_UNITS = 5000;

/**
 * The capacity units of a web ACL's rules.
 *
 * @throws AwsError WAFInvalidParameterException for groups that AWS does not have and priorities that come twice,
 *   WAFLimitsExceededException
 */
export function capacityOf(rules: readonly Rule[]): number {
  const priorities = new Set(rules.map(({ Priority }) => Priority));
  if (priorities.size < rules.length) {
    throw invalid('PRIORITY', 'Rules of a web ACL must have different priorities.');
  }
  const units = rules.reduce((sum, { Statement: statement }) => sum + unitsOf(statement), 0);
  if (units > MOST_UNITS) throw invalid('RULE', `The rules need ${units} units, more than ${MOST_UNITS}.`);
  return units;
}

function unitsOf(statement: Statement | undefined): number {
  if (statement === undefined) return 0;
  const { ManagedRuleGroupStatement: managed, RateBasedStatement: rate } = statement;
  if (managed !== undefined) return managedUnits(managed.VendorName ?? '', managed.Name ?? '');
  if (rate !== undefined) return RATE_UNITS + unitsOf(rate.ScopeDownStatement);
  const parts = [
    ...(statement.AndStatement?.Statements ?? []),
    ...(statement.OrStatement?.Statements ?? []),
    statement.NotStatement?.Statement,
  ];
  const own = Object.entries(UNITS).find(([name]) => statement[name as keyof Statement] !== undefined);
  return parts.reduce((sum, part) => sum + unitsOf(part), own?.[1] ?? 0);
}

function managedUnits(vendor: string, name: string): number {
  const units = vendor === 'AWS' ? MANAGED_GROUPS.get(name) : undefined;
  if (units !== undefined) return units;
  throw invalid('MANAGED_RULE_SET', `The referenced managed rule doesn't exist: ${vendor} ${name}.`);
}
