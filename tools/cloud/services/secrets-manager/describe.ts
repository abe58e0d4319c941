import type { Secret } from './secret.ts';

const DAY = 86_400_000;

/** What DescribeSecret and ListSecrets both tell. */
export function described(secret: Secret) {
  const { rotation, owner, deletion } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description === undefined ? {} : { Description: secret.description }),
    ...(secret.keyId === undefined ? {} : { KmsKeyId: secret.keyId }),
    ...(rotation === undefined ? {} : { RotationEnabled: rotation.isOn }),
    ...(rotation?.functionArn === undefined ? {} : { RotationLambdaARN: rotation.functionArn }),
    ...(rotation === undefined || Object.keys(rotation.rules).length === 0
      ? {}
      : { RotationRules: rotation.rules }),
    ...dated('LastRotatedDate', secret.rotatedAt),
    ...dated('LastChangedDate', secret.changedAt),
    ...dated('LastAccessedDate', dayOf(secret.readAt)),
    ...dated('DeletedDate', deletion?.markedAt),
    ...dated('NextRotationDate', rotation?.next),
    Tags: secret.tags,
    ...(owner === undefined ? {} : { OwningService: owner.service }),
    ...dated('CreatedDate', secret.createdAt),
  };
}

/** The versions that have labels, as both tell them under names of their own. */
export function stagesOf(secret: Secret): Record<string, string[]> {
  const labelled = [...secret.versions.values()].filter(({ stages }) => stages.length > 0);
  return Object.fromEntries(labelled.map(({ id, stages }) => [id, stages]));
}

/** Access is told by the day. */
export function dayOf(instant: number | undefined): number | undefined {
  return instant === undefined ? undefined : Math.floor(instant / DAY) * DAY;
}

export function dated<Name extends string>(
  name: Name,
  instant: number | undefined,
): { [Key in Name]?: Date } {
  return (instant === undefined ? {} : { [name]: new Date(instant) }) as { [Key in Name]?: Date };
}
