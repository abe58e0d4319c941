import type { JournalEntry } from '../../cloud/kernel/index.ts';

/** A message as somebody got it. */
export interface NotificationReport {
  readonly at: string;
  readonly channel: 'email' | 'slack';
  readonly to: string;
  readonly title: string;
  readonly body: unknown;
}

/** What arrived in the mailbox and at the Slack stand-in. */
export class NotificationLog {
  readonly reports: NotificationReport[] = [];

  see(entry: JournalEntry): void {
    const at = new Date(entry.at).toISOString();
    if (entry.kind === 'email')
      this.reports.push({ at, channel: 'email', to: entry.to, title: entry.subject, body: entry.body });
    if (entry.kind === 'webhook' && entry.status === 200)
      this.reports.push({
        at,
        channel: 'slack',
        to: 'webhook',
        title: titleOf(entry.body),
        body: entry.body,
      });
  }
}

/** A Slack message's plain-text form, which notifications show. */
function titleOf(body: unknown): string {
  const text = typeof body === 'object' && body !== null && 'text' in body ? body.text : undefined;
  return typeof text === 'string' ? text : '';
}
