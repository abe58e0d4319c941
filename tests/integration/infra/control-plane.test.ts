import { beforeAll, describe, expect, it } from 'vitest';
import type { Resource, Template } from '../../support/packaged.ts';
import { ofType as resourcesOf } from '../../support/packaged.ts';
import { packagedTemplate } from '../../support/templates.ts';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: Readonly<Record<string, unknown>> | string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, unknown>>;
}

const KEY = { 'Fn::GetAtt': ['ControlPlaneKey', 'Arn'] };
const DEAD_LETTERS = { 'Fn::GetAtt': ['EventsDeadLetterQueue', 'Arn'] };

/** Milliseconds: `sls package` on a busy machine. */
const PACKAGING = 300_000;

let made: Template;

beforeAll(async () => {
  made = (await packagedTemplate({ profile: 'byo', stage: 'dev' })).body;
}, PACKAGING);

const ofType = (type: string) => resourcesOf(made, type);

const all = (type: string) => {
  const found = ofType(type).map(([, resource]) => resource);
  expect(found.length, type).toBeGreaterThan(0);
  return found;
};

const property = (type: string, name: string) => all(type).map(({ Properties }) => Properties[name]);

const statements = ({ Properties }: Resource, document: string): readonly Statement[] =>
  (Properties[document] as { Statement: readonly Statement[] }).Statement;

const rolePolicies = () =>
  all('AWS::IAM::Role').flatMap(({ Properties }) =>
    ((Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    ),
  );

describe('what the control plane keeps and sends', () => {
  it('is encrypted by its own key: ledger, queues, topic, logs, settings', () => {
    expect(property('AWS::DynamoDB::Table', 'SSESpecification')).toEqual([
      { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY },
    ]);
    const byId = { Ref: 'ControlPlaneKey' };
    expect(property('AWS::SQS::Queue', 'KmsMasterKeyId')).toEqual([byId, byId, byId]);
    expect(property('AWS::SNS::Topic', 'KmsMasterKeyId')).toEqual([byId]);
    for (const key of property('AWS::Logs::LogGroup', 'KmsKeyId')) expect(key).toEqual(KEY);
    for (const key of property('AWS::Lambda::Function', 'KmsKeyArn')) expect(key).toEqual(KEY);
  });

  it('can be brought back to any second of the last weeks', () => {
    expect(property('AWS::DynamoDB::Table', 'PointInTimeRecoverySpecification')).toEqual([
      { PointInTimeRecoveryEnabled: true },
    ]);
  });

  it('is refused without TLS, on every queue and topic', () => {
    const policies = [
      ...all('AWS::SQS::QueuePolicy').map((policy) => ({ policy, of: policy.Properties.Queues })),
      ...all('AWS::SNS::TopicPolicy').map((policy) => ({ policy, of: policy.Properties.Topics })),
    ];
    const covered = policies.filter(({ policy }) =>
      statements(policy, 'PolicyDocument').some(
        ({ Effect, Principal, Condition }) =>
          Effect === 'Deny' &&
          Principal === '*' &&
          JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
      ),
    );
    const names = covered.flatMap(({ of }) => (of as { Ref: string }[]).map(({ Ref }) => Ref)).sort();
    const wanted = ['AWS::SQS::Queue', 'AWS::SNS::Topic'].flatMap((type) =>
      ofType(type).map(([name]) => name),
    );
    expect(names).toEqual(wanted.sort());
  });

  it('logs for a month and no longer', () => {
    expect(new Set(property('AWS::Logs::LogGroup', 'RetentionInDays'))).toEqual(new Set([30]));
    expect(all('AWS::Logs::LogGroup')).toHaveLength(7);
  });
});

describe('the key', () => {
  const keyPolicy = () => all('AWS::KMS::Key').flatMap((key) => statements(key, 'KeyPolicy'));

  it('is rotated', () => {
    expect(property('AWS::KMS::Key', 'EnableKeyRotation')).toEqual([true]);
  });

  it('admits services by name, each under a condition, and nobody by a wildcard', () => {
    const policy = keyPolicy().filter(({ Effect }) => Effect === 'Allow');
    for (const { Sid, Principal, Condition } of policy) {
      expect(JSON.stringify(Principal), Sid).not.toContain('*');
      if (Sid !== 'AccountByItsPolicies') expect(Condition, Sid).toBeDefined();
    }
    const services = policy.flatMap(({ Principal }) => (Principal as { Service?: unknown }).Service ?? []);
    expect(services.flat()).toEqual([
      'cloudwatch.amazonaws.com',
      'events.amazonaws.com',
      'sns.amazonaws.com',
      { 'Fn::Sub': 'logs.${AWS::Region}.amazonaws.com' },
    ]);
  });

  it('is handed on by a grant to AWS’s services alone', () => {
    const refused = keyPolicy().filter(({ Effect }) => Effect === 'Deny');
    expect(refused).toMatchObject([
      {
        Principal: '*',
        Action: 'kms:CreateGrant',
        Condition: {
          BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' },
        },
      },
    ]);
  });

  it('is used by roles through a named service only', () => {
    const uses = rolePolicies().filter(({ Action }) => [Action].flat().some((one) => one.startsWith('kms:')));
    expect(uses.length).toBeGreaterThan(14);
    for (const { Resource: resource, Condition } of uses) {
      expect(resource).toEqual(KEY);
      expect(Condition).toHaveProperty(['StringEquals', 'kms:ViaService']);
    }
  });
});

describe('what fails is kept', () => {
  it('of rules, schedules and subscriptions', () => {
    const targets = property('AWS::Events::Rule', 'Targets').flat() as { DeadLetterConfig?: unknown }[];
    const schedules = property('AWS::Scheduler::Schedule', 'Target') as { DeadLetterConfig?: unknown }[];
    for (const { DeadLetterConfig } of [...targets, ...schedules])
      expect(DeadLetterConfig).toEqual({ Arn: DEAD_LETTERS });
    for (const policy of property('AWS::SNS::Subscription', 'RedrivePolicy'))
      expect(policy).toEqual({ deadLetterTargetArn: DEAD_LETTERS });
  });

  it('of every function that is invoked asynchronously: by destination, or by dead letter where it is durable', () => {
    const destinations = new Map(
      all('AWS::Lambda::EventInvokeConfig').map(({ Properties }) => [
        (Properties.FunctionName as { Ref: string }).Ref,
        Properties.DestinationConfig,
      ]),
    );
    for (const [name, { Properties }] of ofType('AWS::Lambda::Function')) {
      if (name === 'NotifyLambdaFunction') continue; // Reads the outbox: what it cannot tell, SQS keeps.
      const kept =
        Properties.DurableConfig === undefined ? destinations.get(name) : Properties.DeadLetterConfig;
      expect(JSON.stringify(kept), name).toContain('EventsDeadLetterQueue');
    }
  });
});

describe('functions', () => {
  it('are traced, and say how much memory and time they have', () => {
    for (const { Properties } of all('AWS::Lambda::Function')) {
      expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
      expect(Properties.MemorySize).toBeGreaterThanOrEqual(128);
      expect(Properties.Timeout).toBeGreaterThan(3);
    }
  });

  it('share the account’s concurrency, of which a new one has none to reserve', () => {
    for (const { Properties } of all('AWS::Lambda::Function'))
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
  });

  it(
    'have their own in stage prod, and leave an account of 166 its last hundred',
    async () => {
      const { body } = await packagedTemplate({ profile: 'byo', stage: 'prod' });
      const reserved = resourcesOf(body, 'AWS::Lambda::Function').map(
        ([, { Properties }]) => Properties.ReservedConcurrentExecutions as number,
      );
      expect(reserved.every((own) => own >= 2)).toBe(true);
      expect(reserved.reduce((sum, own) => sum + own, 0)).toBe(66);
    },
    PACKAGING,
  );

  it('are invoked by rules of this account alone', () => {
    for (const { Properties } of all('AWS::Lambda::Permission')) {
      expect(Properties.SourceArn).toBeDefined();
      expect(Properties.SourceAccount).toEqual({ Ref: 'AWS::AccountId' });
    }
  });

  it('have roles that only their service may be, for this account', () => {
    for (const role of all('AWS::IAM::Role')) {
      for (const { Principal, Condition } of statements(role, 'AssumeRolePolicyDocument')) {
        expect(Principal).toHaveProperty('Service');
        expect(Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
      }
    }
  });
});
