import { parseFleets } from '../../../shared/config/fleets.ts';
import type { Decision, Fleet } from '../../../shared/domain/index.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import type { TimedValue, World } from '../../../shared/policy/scaling/index.ts';
import { decideCapacity, forecaster } from '../../../shared/policy/scaling/index.ts';
import type { Pilot, PolicyFamily, Seen } from '../policy.ts';
import type { Setting } from '../setting.ts';
import { usefulLoad } from '../setting.ts';
import { GroupOfInstances } from './group-of-instances.ts';

/** As far back as the control plane reads the ledger and the metrics when it decides. */
const HISTORY = 61;
const SAMPLES = 10;

/**
 * Evenkeel: the policy of production, by the one entry that the Lambda calls too, on fleets.yml's defaults and what the
 * setting says of budget and head-room. It is told what AWS would tell: a group of instances, their states and activities,
 * the requests of the last minutes, its own decisions; and how long boots and drains take, which production measures.
 * Nothing is fitted to a load, and nothing is known before the first minute.
 *
 * The knob is the budget of violation minutes.
 */
export const evenkeel: PolicyFamily = {
  name: 'evenkeel',
  knob: {
    name: 'violation budget, %',
    standard: 1,
    sweep: [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 8, 12, 20],
  },
  at(position) {
    return {
      name: 'evenkeel',
      start: (setting) => pilot(position === undefined ? setting : { ...setting, budget: position / 100 }),
    };
  },
};

function pilot(setting: Setting): Pilot {
  const fleet = fleetOf(setting);
  const group = new GroupOfInstances(setting);
  const forecasts = new Map([[SIGNAL, forecaster()]]);
  const { boot, drain, lag, period } = setting;
  const timings = { boot, drain, lag, period };
  const samples: TimedValue[] = [];
  let history: readonly Decision[] = [];
  return {
    decide(seen) {
      note(samples, seen);
      group.passUntil(seen);
      const world: World = {
        group: group.describe(seen.desired),
        samples: new Map([[SIGNAL, samples]]),
        highAlarms: [],
        activities: group.activities,
        isRefreshing: false,
        history,
        timings,
        forecasts,
      };
      const decision = decideCapacity({ world, fleet, now: seen.at }, OCCASION);
      group.carryOut(decision);
      history = [decision, ...history.slice(0, HISTORY - 1)];
      return decision.to;
    },
  };
}

const SIGNAL = 'load';
const OCCASION = { id: 'backtest', cause: 'backtest' };

/** The fleet as a user would write it, read by what reads fleets.yml. */
function fleetOf(setting: Setting): Fleet {
  const percent = (share: number) => `${Number((100 * share).toPrecision(12))}%`;
  const parsed = parseFleets({
    fleets: {
      backtest: {
        adopt: { group: 'backtest' },
        scaling: {
          violations: percent(setting.budget),
          headroom: { 'at-most': percent(setting.headroomAtMost) },
          signals: { [SIGNAL]: { metric: 'alb-requests-per-target', useful: usefulLoad(setting) } },
        },
      },
    },
  });
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  const [fleet] = parsed.configuration.fleets;
  if (fleet === undefined) throw new Error('no fleet was read');
  return fleet;
}

/** The newest minute that can be read joins the last ones: requests per target, and their sum over all targets. */
function note(samples: TimedValue[], { metric, demand, measuredMinute, minute, at }: Seen): void {
  if (Number.isNaN(metric)) return;
  samples.push({ at: at - (minute - measuredMinute) * MINUTE, value: metric, total: demand });
  if (samples.length > SAMPLES) samples.shift();
}
