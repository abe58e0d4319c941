import { expect, it } from 'vitest';
import { keptLines } from '../../../../tools/build/removal/kept.ts';
import type { StackResource } from '../../../../tools/build/removal/stack.ts';

const kept = (type: string, policy: StackResource['policy'] = 'Retain'): StackResource => ({
  logicalId: 'Thing',
  type,
  id: 'the-thing',
  policy,
});

it.each([
  ['AWS::DynamoDB::Table', 'aws dynamodb delete-table --table-name the-thing'],
  ['AWS::S3::Bucket', 'aws s3 rb s3://the-thing'],
  ['AWS::EFS::FileSystem', 'aws efs delete-file-system --file-system-id the-thing'],
  ['AWS::KMS::Key', 'aws kms schedule-key-deletion --key-id the-thing'],
  ['AWS::SecretsManager::Secret', 'aws secretsmanager delete-secret --secret-id the-thing'],
])('what is kept of %s is named with its price and the command that forgets it', (type, command) => {
  const [line = '', ...others] = keptLines([kept(type)]);
  expect(others).toEqual([]);
  expect(line).toContain('$');
  expect(line).toContain(command);
});

it('a bucket is emptied of versions and delete markers before it is forgotten', () => {
  const [line = ''] = keptLines([kept('AWS::S3::Bucket')]);
  expect(line.indexOf('list-object-versions')).toBeGreaterThan(0);
  expect(line.indexOf('list-object-versions')).toBeLessThan(line.indexOf('aws s3 rb'));
  expect(line).toContain('[Versions, DeleteMarkers][]');
});

it('a database is named by the snapshot that stays of it', () => {
  expect(keptLines([kept('AWS::RDS::DBInstance', 'Snapshot')]).join()).toContain('delete-db-snapshot');
});

it('what goes with the stack, or costs nothing, is not named', () => {
  expect(keptLines([kept('AWS::S3::Bucket', 'Delete'), kept('AWS::S3::BucketPolicy')])).toEqual([]);
});
