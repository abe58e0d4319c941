import type { StackResource } from './stack.ts';

interface Keepsake {
  readonly what: string;
  /** What it costs while it is kept, in us-east-1's prices of 2025. */
  readonly costs: string;
  /** The command that forgets it for good. */
  readonly forget: (id: string) => string;
}

const KEEPSAKES: Readonly<Record<string, Keepsake>> = {
  'AWS::DynamoDB::Table': {
    what: 'table',
    costs: '$0.25 a GB and month, its backups $0.20',
    forget: (id) =>
      `aws dynamodb update-table --no-deletion-protection-enabled --table-name ${id} && ` +
      `aws dynamodb delete-table --table-name ${id}`,
  },
  'AWS::S3::Bucket': {
    what: 'bucket',
    costs: '$0.023 a GB and month, replaced versions too',
    // Versions and delete markers too, five hundred of each a call: it ends when nothing is left to list.
    forget: (id) =>
      `while aws s3api delete-objects --bucket ${id} --delete "$(aws s3api list-object-versions --bucket ${id} ` +
      `--max-items 500 --query '{Objects: [Versions, DeleteMarkers][].{Key: Key, VersionId: VersionId}}')"; do :; ` +
      `done; aws s3 rb s3://${id}`,
  },
  'AWS::EFS::FileSystem': {
    what: 'file system',
    costs: '$0.30 a GB and month',
    forget: (id) => `aws efs delete-file-system --file-system-id ${id}`,
  },
  'AWS::RDS::DBInstance': {
    what: 'last snapshot of database',
    costs: '$0.095 a GB and month',
    forget: (id) =>
      `aws rds describe-db-snapshots --db-instance-identifier ${id}, then aws rds delete-db-snapshot with its name`,
  },
  'AWS::KMS::Key': {
    what: 'key',
    costs: '$1 a month; without it what it locks can never be read again',
    forget: (id) => `aws kms schedule-key-deletion --key-id ${id}`,
  },
  'AWS::SecretsManager::Secret': {
    what: 'secret',
    costs: '$0.40 a month',
    forget: (id) => `aws secretsmanager delete-secret --secret-id ${id}`,
  },
};

/** What stays when a stack is removed, what that costs, and how it is forgotten: a line each. */
export function keptLines(resources: readonly StackResource[]): string[] {
  return resources.flatMap(({ type, id, policy }) => {
    const keepsake = KEEPSAKES[type];
    if (policy === 'Delete' || keepsake === undefined) return [];
    return [`${keepsake.what} ${id} (${keepsake.costs}): ${keepsake.forget(id)}`];
  });
}
