/**
 * What a template cannot say: how much its resources are used. Each figure is shown with the estimate.
 */
import type { Levels } from './levels.ts';
import { each } from './levels.ts';

export interface Usage {
  /** Requests of visitors a month. */
  readonly requests: Levels;
  /** Kilobytes of one answer. */
  readonly kbPerRequest: number;
  /** What the application keeps, in GB: of a file system, of a bucket, of a table. */
  readonly storageGb: number;
  /** What an instance fetches and sends through a NAT gateway in a month, in GB. */
  readonly natGb: number;
  /** What each log group takes in a month, in GB. */
  readonly logGb: number;
  /** Lambda invocations a month beside the ticks that a schedule makes, for each function. */
  readonly invocations: Levels;
  /** Instances, in place of what the template says. */
  readonly instances: Partial<Levels>;
}

export interface UsageOptions {
  readonly requests?: number;
  readonly kbPerRequest?: number;
  readonly storageGb?: number;
  readonly natGb?: number;
  readonly logGb?: number;
  readonly invocations?: number;
  readonly min?: number;
  readonly typical?: number;
  readonly max?: number;
}

export const DEFAULTS = {
  requests: 3_000_000,
  kbPerRequest: 50,
  storageGb: 10,
  natGb: 5,
  logGb: 0.1,
  invocations: 2000,
} as const;

/** A tenth of the usual at the least, ten times as much at the most. */
function around(usual: number): Levels {
  const share = { min: 0.1, typical: 1, max: 10 };
  return each((level) => usual * share[level]);
}

export function usageOf(options: UsageOptions = {}): Usage {
  const { min, typical, max } = options;
  return {
    requests: around(options.requests ?? DEFAULTS.requests),
    kbPerRequest: options.kbPerRequest ?? DEFAULTS.kbPerRequest,
    storageGb: options.storageGb ?? DEFAULTS.storageGb,
    natGb: options.natGb ?? DEFAULTS.natGb,
    logGb: options.logGb ?? DEFAULTS.logGb,
    invocations: around(options.invocations ?? DEFAULTS.invocations),
    instances: {
      ...(min !== undefined && { min }),
      ...(typical !== undefined && { typical }),
      ...(max !== undefined && { max }),
    },
  };
}

/** GB that visitors are sent in a month. */
export function gbOut({ requests, kbPerRequest }: Usage): Levels {
  return each((level) => (requests[level] * kbPerRequest) / 1_000_000);
}
