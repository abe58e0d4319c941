import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { FleetEvent, Skip } from '../shared/domain/index.ts';
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

/** Log lines in JSON, and a metric for each outcome: skips by their reason, so that none is lost in silence. */
export function powertoolsObserver(
  logger = new Logger({ serviceName: 'evenkeel' }),
  metrics = new Metrics({ namespace: 'Evenkeel', serviceName: 'evenkeel' }),
): Observer {
  return {
    began: (requestId) => logger.appendKeys({ request: requestId }),
    ended: (event, outcome) => {
      logger.info(outcome.kind, { event: event.kind, ...('id' in event && { id: event.id }), outcome });
      const result = outcome.kind === 'skip' ? outcome.reason : outcome.kind;
      metrics.singleMetric().addDimension('outcome', result).addMetric('Events', MetricUnit.Count, 1);
    },
    failed: (error) => logger.error('failed', { error }),
  };
}
