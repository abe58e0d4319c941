import type { ContinuousBackupsDescription, DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Clock, Operations } from '../../kernel/index.ts';
import type { Table } from './table.ts';
import type { Tables } from './tables.ts';
import { validation } from './values.ts';

/** Time to live, point-in-time recovery and tags: what is set on a table beside its description. */
export function settingsOperations(tables: Tables, clock: Clock) {
  return {
    UpdateTimeToLive: (input) => {
      const { Enabled: enabled = false, AttributeName: attribute = '' } = input.TimeToLiveSpecification ?? {};
      changeTimeToLive(tables.usable(input.TableName), enabled, attribute);
      return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
    },
    DescribeTimeToLive: (input) => {
      const { attribute } = tables.managed(input.TableName).expiry;
      return {
        TimeToLiveDescription:
          attribute === undefined
            ? { TimeToLiveStatus: 'DISABLED' }
            : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
      };
    },
    UpdateContinuousBackups: (input) => {
      const table = tables.usable(input.TableName);
      const { PointInTimeRecoveryEnabled: isEnabled = false, RecoveryPeriodInDays: days = 35 } =
        input.PointInTimeRecoverySpecification ?? {};
      table.settings.pointInTimeRecovery = { isEnabled, days };
      return { ContinuousBackupsDescription: backupsOf(table, clock) };
    },
    DescribeContinuousBackups: (input) => {
      return { ContinuousBackupsDescription: backupsOf(tables.managed(input.TableName), clock) };
    },
    TagResource: (input) => {
      const { settings } = tables.byArn(input.ResourceArn);
      const given = input.Tags ?? [];
      const kept = settings.tags.filter((tag) => !given.some((other) => other.Key === tag.Key));
      settings.tags = [...kept, ...given];
      return {};
    },
    UntagResource: (input) => {
      const { settings } = tables.byArn(input.ResourceArn);
      settings.tags = settings.tags.filter((tag) => !input.TagKeys?.includes(tag.Key ?? ''));
      return {};
    },
    ListTagsOfResource: (input) => ({ Tags: tables.byArn(input.ResourceArn).settings.tags }),
  } satisfies Operations<DynamoDB>;
}

function changeTimeToLive(table: Table, enabled: boolean, attribute: string): void {
  const { expiry, items } = table;
  if (enabled === (expiry.attribute !== undefined)) {
    throw validation(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
  }
  if (!enabled) {
    expiry.disable();
    return;
  }
  const rows = [...items.scan(undefined, { index: 0, total: 1 })];
  expiry.enable(
    attribute,
    rows.map(({ item }) => ({ item, key: table.keyOf(item) })),
  );
}

function backupsOf({ settings, createdAt }: Table, clock: Clock): ContinuousBackupsDescription {
  const { isEnabled, days } = settings.pointInTimeRecovery;
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: isEnabled
      ? {
          PointInTimeRecoveryStatus: 'ENABLED',
          RecoveryPeriodInDays: days,
          EarliestRestorableDateTime: new Date(createdAt),
          LatestRestorableDateTime: clock.date(),
        }
      : { PointInTimeRecoveryStatus: 'DISABLED' },
  };
}
