import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, same } from './need.ts';
import { tagKeys } from './request-tags.ts';

interface OfSecret {
  readonly SecretId?: string | undefined;
}

/** The six characters at the end of an ARN are not known before the secret is; `?` fits any pattern for them. */
function newSecret(scope: Scope, name: string): string {
  return named(scope, 'secretsmanager', `secret:${name}-??????`);
}

function secretArn(scope: Scope, reference = ''): string {
  const known = scope.directory.secretArn(reference);
  return known ?? (reference.startsWith('arn:') ? reference : newSecret(scope, reference));
}

function about(scope: Scope, { SecretId }: OfSecret, more: Parameters<typeof keys>[0] = {}): Need {
  const resource = secretArn(scope, SecretId);
  const tags = [...(scope.directory.tagsOf(resource) ?? [])].map(
    ([key, value]) => [`secretsmanager:resourcetag/${key.toLowerCase()}`, [value]] as const,
  );
  const context = keys({ 'secretsmanager:secretid': SecretId, ...more });
  return { resource, context: { ...context, ...Object.fromEntries(tags) } };
}

const ofSecret = (input: OfSecret, scope: Scope) => [about(scope, input)];

export const secretsManagerNeeds: NeedsOf<SecretsManager> = {
  ...same(
    ofSecret,
    'CancelRotateSecret',
    'DeleteResourcePolicy',
    'DescribeSecret',
    'GetResourcePolicy',
    'ListSecretVersionIds',
    'PutSecretValue',
    'RestoreSecret',
    'TagResource',
    'UntagResource',
    'ValidateResourcePolicy',
  ),
  // A batch needs leave for itself and for each of its secrets.
  BatchGetSecretValue: ({ SecretIdList = [] }, scope) => [
    '*',
    ...SecretIdList.map((SecretId) => ({
      ...about(scope, { SecretId }),
      action: 'secretsmanager:GetSecretValue',
    })),
  ],
  CreateSecret: ({ Name = '', Description, KmsKeyId, Tags = [] }, scope) => [
    {
      resource: newSecret(scope, Name),
      context: {
        ...keys({
          'secretsmanager:name': Name,
          'secretsmanager:description': Description,
          'secretsmanager:kmskeyid': KmsKeyId,
          'secretsmanager:kmskeyarn': KmsKeyId && scope.directory.keyArn(KmsKeyId),
        }),
        ...Object.fromEntries(
          Tags.map(({ Key = '', Value = '' }) => [
            `secretsmanager:resourcetag/${Key.toLowerCase()}`,
            [Value],
          ]),
        ),
        ...tagKeys(Tags),
      },
    },
  ],
  UpdateSecret: ({ SecretId, Description, KmsKeyId }, scope) => [
    about(
      scope,
      { SecretId },
      {
        'secretsmanager:description': Description,
        'secretsmanager:kmskeyid': KmsKeyId,
        'secretsmanager:kmskeyarn': KmsKeyId && scope.directory.keyArn(KmsKeyId),
      },
    ),
  ],
  DeleteSecret: (input, scope) => [
    about(scope, input, {
      'secretsmanager:forcedeletewithoutrecovery': input.ForceDeleteWithoutRecovery,
      'secretsmanager:recoverywindowindays': input.RecoveryWindowInDays,
    }),
  ],
  GetSecretValue: (input, scope) => [
    about(scope, input, {
      'secretsmanager:versionid': input.VersionId,
      'secretsmanager:versionstage': input.VersionStage ?? (input.VersionId ? undefined : 'AWSCURRENT'),
    }),
  ],
  PutResourcePolicy: (input, scope) => [
    about(scope, input, { 'secretsmanager:blockpublicpolicy': input.BlockPublicPolicy }),
  ],
  // The caller needs leave to call the function as well (API reference, RotateSecret).
  RotateSecret: (input, scope) => [
    about(scope, input, {
      'secretsmanager:rotationlambdaarn': input.RotationLambdaARN,
      'secretsmanager:rotateimmediately': input.RotateImmediately,
      'secretsmanager:modifyrotationrules': input.RotationRules !== undefined,
    }),
    ...(input.RotationLambdaARN === undefined
      ? []
      : [{ action: 'lambda:InvokeFunction', resource: input.RotationLambdaARN }]),
  ],
  UpdateSecretVersionStage: (input, scope) => [
    about(scope, input, { 'secretsmanager:versionstage': input.VersionStage }),
  ],
};
