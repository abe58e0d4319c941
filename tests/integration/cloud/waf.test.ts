import { EC2 } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CreateWebACLCommandInput, Rule } from '@aws-sdk/client-wafv2';
import { WAFV2 } from '@aws-sdk/client-wafv2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

let cloud: Cloud;
let waf: WAFV2;
let ec2: EC2;
let elb: ElasticLoadBalancingV2;

beforeEach(async () => {
  cloud = await startCloud();
  const config = {
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  waf = new WAFV2(config);
  ec2 = new EC2(config);
  elb = new ElasticLoadBalancingV2(config);
});

afterEach(async () => {
  for (const client of [waf, ec2, elb]) client.destroy();
  await cloud.close();
});

const VisibilityConfig = {
  SampledRequestsEnabled: true,
  CloudWatchMetricsEnabled: true,
  MetricName: 'site',
};

const managed = (Name: string, Priority = 0): Rule => ({
  Name,
  Priority,
  OverrideAction: { None: {} },
  Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name } },
  VisibilityConfig,
});

const rate: Rule = {
  Name: 'rate',
  Priority: 9,
  Action: { Block: {} },
  Statement: { RateBasedStatement: { Limit: 1000, AggregateKeyType: 'IP' } },
  VisibilityConfig,
};

async function create(Rules: Rule[] = [], settings: Partial<CreateWebACLCommandInput> = {}) {
  const { Summary = {} } = await waf.createWebACL({
    Name: 'site',
    Scope: 'REGIONAL',
    DefaultAction: { Allow: {} },
    VisibilityConfig,
    Rules,
    ...settings,
  });
  const { Name, Id, ARN = '', LockToken } = Summary;
  return { key: { Name, Id, Scope: 'REGIONAL' as const }, ARN, LockToken };
}

describe('a web ACL', () => {
  it('counts the capacity of its rules', async () => {
    const { key } = await create([managed('AWSManagedRulesCommonRuleSet'), rate]);
    expect((await waf.getWebACL(key)).WebACL?.Capacity).toBe(702);
  });

  it.each([
    ['a group that AWS does not have', [managed('AWSManagedRulesWishes')]],
    ['a priority that comes twice', [managed('AWSManagedRulesPHPRuleSet', 9), rate]],
  ])('is refused with %s', async (_what, rules) => {
    await expect(create(rules)).rejects.toMatchObject({ name: 'WAFInvalidParameterException' });
    expect((await waf.listWebACLs({ Scope: 'REGIONAL' })).WebACLs).toEqual([]);
  });

  it('is changed only by who has seen its last change', async () => {
    const { key, LockToken } = await create();
    await expect(create()).rejects.toMatchObject({ name: 'WAFDuplicateItemException' });
    const update = () =>
      waf.updateWebACL({ ...key, LockToken, DefaultAction: { Block: {} }, VisibilityConfig, Rules: [rate] });
    const { NextLockToken } = await update();
    await expect(update()).rejects.toMatchObject({ name: 'WAFOptimisticLockException' });
    await expect(waf.deleteWebACL({ ...key, LockToken })).rejects.toMatchObject({
      name: 'WAFOptimisticLockException',
    });
    await waf.deleteWebACL({ ...key, LockToken: NextLockToken });
    await expect(waf.getWebACL(key)).rejects.toMatchObject({ name: 'WAFNonexistentItemException' });
  });

  it('guards a load balancer until that is gone, and cannot be deleted meanwhile', async () => {
    const { Subnets = [] } = await ec2.describeSubnets({});
    const { LoadBalancers: [balancer] = [] } = await elb.createLoadBalancer({
      Name: 'site',
      Subnets: Subnets.map(({ SubnetId = '' }) => SubnetId),
    });
    const ResourceArn = balancer?.LoadBalancerArn ?? '';
    const { key, ARN: WebACLArn, LockToken } = await create();
    await expect(waf.associateWebACL({ WebACLArn, ResourceArn: `${ResourceArn}0` })).rejects.toMatchObject({
      name: 'WAFNonexistentItemException',
    });
    await waf.associateWebACL({ WebACLArn, ResourceArn });
    expect((await waf.getWebACLForResource({ ResourceArn })).WebACL?.ARN).toBe(WebACLArn);
    expect((await waf.listResourcesForWebACL({ WebACLArn })).ResourceArns).toEqual([ResourceArn]);
    await expect(waf.deleteWebACL({ ...key, LockToken })).rejects.toMatchObject({
      name: 'WAFAssociatedItemException',
    });
    await elb.deleteLoadBalancer({ LoadBalancerArn: ResourceArn });
    await waf.deleteWebACL({ ...key, LockToken });
  });

  it('logs to one place whose name says so', async () => {
    const { ARN: ResourceArn } = await create();
    const log = (...names: string[]) =>
      waf.putLoggingConfiguration({
        LoggingConfiguration: {
          ResourceArn,
          LogDestinationConfigs: names.map(
            (name) => `arn:aws:logs:eu-central-1:123456789012:log-group:${name}`,
          ),
        },
      });
    await expect(log('site')).rejects.toMatchObject({ name: 'WAFInvalidParameterException' });
    await expect(waf.getLoggingConfiguration({ ResourceArn })).rejects.toMatchObject({
      name: 'WAFNonexistentItemException',
    });
    await log('aws-waf-logs-site');
    const { LoggingConfiguration } = await waf.getLoggingConfiguration({ ResourceArn });
    expect(LoggingConfiguration?.LogDestinationConfigs).toHaveLength(1);
  });
});
