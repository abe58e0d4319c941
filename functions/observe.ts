import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { FleetEvent, Measure, Skip } from '../shared/domain/index.ts';
import type { Outcome } from '../shared/workflows/outcome.ts';

/** Work that no event of a fleet asks for: `{ kind: 'story', id }`. */
export interface Work {
  readonly kind: 'story';
  readonly id: string;
}

/** Where a function says what came of each event. */
export interface Observer {
  /** @param requestId of the invocation, the same for each of its attempts */
  began(requestId: string): void;
  ended(event: FleetEvent | Skip | Work, outcome: Outcome): void;
  failed(error: unknown): void;
}

/**
 * Log lines in JSON, and metrics: one for each outcome, skips by their reason, so that none is lost in silence, and
 * those that the work itself gives. Their dimension `service` is POWERTOOLS_SERVICE_NAME, which names the stage.
 */
export function powertoolsObserver(
  logger = new Logger(),
  metrics = new Metrics({ namespace: 'Evenkeel' }),
): Observer {
  return {
    began: (requestId) => logger.appendKeys({ request: requestId }),
    ended: (event, { measures = [], ...outcome }) => {
      logger.info(outcome.kind, { event: event.kind, ...('id' in event && { id: event.id }), outcome });
      const result = outcome.kind === 'skip' ? outcome.reason : outcome.kind;
      for (const measure of [{ metric: 'Events', value: 1, by: { outcome: result } } as const, ...measures])
        emit(metrics, measure);
    },
    failed: (error) => logger.error('failed', { error }),
  };
}

const PERCENT: ReadonlySet<Measure['metric']> = new Set(['Load', 'BudgetSpent', 'ForecastError', 'Headroom']);

/** A line of its own for each: they differ in their dimensions. */
function emit(metrics: Metrics, { metric, value, by }: Measure): void {
  const single = metrics.singleMetric();
  for (const [dimension, of] of Object.entries(by)) single.addDimension(dimension, of);
  single.addMetric(metric, PERCENT.has(metric) ? MetricUnit.Percent : MetricUnit.Count, value);
}
