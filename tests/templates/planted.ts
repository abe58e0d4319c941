import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Resource, Template } from '../support/packaged.ts';
import type { Finding, Judge } from './finding.ts';

/** Faults that were put into a template, one a resource, and the rules that must find each. */
const PLANTED: readonly {
  readonly name: string;
  readonly resource: Resource;
  readonly foundBy: readonly string[];
}[] = [
  {
    name: 'PublicBucket',
    resource: { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'PublicRead' } },
    foundBy: ['guard CT.S3.PR.1', 'cdk-nag AwsSolutions-S1', 'checkov CKV_AWS_20'],
  },
  {
    name: 'OpenSsh',
    resource: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'Open to all',
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' }],
      },
    },
    foundBy: [
      'guard CT.EC2.PR.3',
      'cdk-nag AwsSolutions-EC23',
      'checkov CKV_AWS_24',
      'cloudformation-validate W2508',
    ],
  },
  {
    name: 'MisspeltProperty',
    resource: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeOut: 30 } },
    foundBy: ['service-spec property', 'cfn-lint E3002', 'cloudformation-validate F3002'],
  },
  {
    name: 'MisspeltType',
    resource: { Type: 'AWS::SQS::Queu', Properties: {} },
    foundBy: ['service-spec type', 'cfn-lint E3006'],
  },
  {
    name: 'MissingProperty',
    resource: { Type: 'AWS::AutoScaling::AutoScalingGroup', Properties: { MinSize: '1' } },
    foundBy: ['service-spec required', 'cfn-lint E3003', 'cloudformation-validate F3003'],
  },
  {
    name: 'WrongValue',
    resource: { Type: 'AWS::SNS::Topic', Properties: { FifoTopic: 'perhaps' } },
    foundBy: ['service-spec value', 'cfn-lint E3012', 'cloudformation-validate F3012'],
  },
  {
    name: 'WrongAttribute',
    resource: {
      Type: 'AWS::SNS::Topic',
      Properties: { TopicName: { 'Fn::GetAtt': ['MisspeltProperty', 'Am'] } },
    },
    foundBy: ['service-spec attribute', 'cfn-lint E1010'],
  },
  {
    name: 'OpenRole',
    resource: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          {
            PolicyName: 'all',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
            },
          },
        ],
      },
    },
    foundBy: ['guard CT.IAM.PR.1', 'cdk-nag AwsSolutions-IAM5[Resource::*]', 'checkov CKV_AWS_107'],
  },
];

/** The tests by which these tools show that they find what was planted. Await it at the top of a suite. */
export async function describeFindsPlanted(judges: readonly Judge[]): Promise<void> {
  const findings = (await Promise.all(judges.map((judge) => found(judge)))).flat();
  const named = new Set(findings.map(({ tool, rule, resource }) => `${tool} ${rule} ${resource}`));
  const cases = PLANTED.flatMap(({ name, foundBy }) => foundBy.map((rule) => ({ name, rule }))).filter(
    ({ rule }) => judges.some(({ tool }) => rule.startsWith(`${tool} `)),
  );
  it.each(cases)('$name is found by $rule', ({ name, rule }) => {
    expect([...named].filter((one) => one.endsWith(` ${name}`))).toContain(`${rule} ${name}`);
  });
}

/** Each fault in a template of its own, which a tool may give up at; and only for a tool that is to find it. */
async function found(judge: Judge): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-planted-'));
  const referred = Object.fromEntries(PLANTED.map(({ name, resource }) => [name, resource]));
  const planted = PLANTED.filter(({ foundBy }) => foundBy.some((rule) => rule.startsWith(`${judge.tool} `)));
  const cases = planted.map(({ name, resource }) => {
    const text = JSON.stringify(resource);
    const others = Object.entries(referred).filter(([other]) => text.includes(`"${other}"`));
    const Resources = Object.fromEntries([...others, [name, resource] as const]);
    const body: Template = { Resources, Outputs: {} };
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources }));
    return { name: `${name}/dev`, file, body };
  });
  try {
    return await judge.judge(cases);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
