import type { HistoryItemType } from '@aws-sdk/client-cloudwatch';
import type { Kernel } from '../../../kernel/index.ts';
import type { Alarm } from './alarm.ts';

/** How much of an alarm's history is kept: CloudWatch keeps it for 30 days, whatever its size. */
const MOST_ITEMS = 200;

/** Puts an entry at the head of an alarm's history. */
export function remember(
  kernel: Kernel,
  alarm: Alarm,
  type: HistoryItemType,
  summary: string,
  data: unknown,
): void {
  alarm.history.unshift({
    AlarmName: alarm.name,
    AlarmType: alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
    Timestamp: kernel.clock.date(),
    HistoryItemType: type,
    HistorySummary: summary,
    HistoryData: JSON.stringify(data),
  });
  alarm.history.length = Math.min(alarm.history.length, MOST_ITEMS);
}
