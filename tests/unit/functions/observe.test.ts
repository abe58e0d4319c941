import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { powertoolsObserver } from '../../../functions/observe.ts';
import { skip } from '../../../shared/domain/index.ts';
import { done, measured } from '../../../shared/workflows/outcome.ts';

const lines: Record<string, unknown>[] = [];

beforeEach(() => {
  lines.length = 0;
  // Powertools then writes by the global console, and metrics all the same.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  for (const method of ['log', 'info', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((line: string) => {
      lines.push(JSON.parse(line) as Record<string, unknown>);
    });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const observer = () =>
  powertoolsObserver(
    new Logger({ serviceName: 'evenkeel-test' }),
    new Metrics({ namespace: 'Evenkeel', serviceName: 'evenkeel-test' }),
  );

const story = { kind: 'story', id: 's1' } as const;
const metrics = () => lines.filter((line) => '_aws' in line);

describe('what a function says of an event', () => {
  it('is a metric by its outcome, a skip by its reason', () => {
    observer().ended(story, done('told'));
    observer().ended(story, skip('STALE', 'forgotten'));
    expect(metrics()).toMatchObject([
      { service: 'evenkeel-test', outcome: 'done', Events: 1 },
      { service: 'evenkeel-test', outcome: 'STALE', Events: 1 },
    ]);
  });

  it('is each thing that the work counted, by its own dimensions and those alone', () => {
    const by = { channel: 'slack', result: 'refused' } as const;
    observer().ended(story, measured(done('told'), [{ metric: 'Notifications', value: 1, by }]));
    observer().ended(story, measured(done('x'), [{ metric: 'UnconfirmedAddresses', value: 2, by: {} }]));
    const [, notification, , unconfirmed] = metrics();
    expect(notification).toMatchObject({
      Notifications: 1,
      channel: 'slack',
      result: 'refused',
      _aws: {
        CloudWatchMetrics: [{ Namespace: 'Evenkeel', Dimensions: [['service', 'channel', 'result']] }],
      },
    });
    expect(unconfirmed).toMatchObject({
      UnconfirmedAddresses: 2,
      _aws: { CloudWatchMetrics: [{ Dimensions: [['service']] }] },
    });
  });

  it('is a line of the log, which repeats no metric', () => {
    const by = { channel: 'slack', result: 'delivered' } as const;
    observer().ended(story, measured(done('told'), [{ metric: 'Notifications', value: 1, by }]));
    expect(lines[0]).toMatchObject({
      message: 'done',
      event: 'story',
      id: 's1',
      outcome: { summary: 'told' },
    });
    expect(lines[0]).not.toHaveProperty('outcome.measures');
  });
});
