/** Alarms against what CloudWatch takes, against their metrics, and against the policy that they start. */
import type { Finding } from '../finding.ts';
import { finding, spoken } from '../finding.ts';
import type { AlarmClocks, FleetClocks, TimingModel } from '../model.ts';
import { windowOf } from '../model.ts';

const HOUR = 3600;
const DAY = 86_400;

export function alarms({ alarms: all, fleets }: TimingModel): readonly Finding[] {
  return [
    ...all.flatMap((alarm) => [
      ...period(alarm),
      ...lookback(alarm),
      ...withoutData(alarm),
      ...missingData(alarm),
    ]),
    ...fleets.flatMap((fleet) => [...stabilisation(fleet), ...slowRise(fleet)]),
  ];
}

function period({ id, period: seconds }: AlarmClocks): Finding[] {
  if (seconds === undefined || [10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0))
    return [];
  const mend = 'set Period to 10, 20, 30 or a multiple of 60';
  return [finding('ALARM_PERIOD', id, `its period is ${seconds} s`, mend, { period: seconds })];
}

function lookback(alarm: AlarmClocks): Finding[] {
  const window = windowOf(alarm);
  const most = (alarm.period ?? 0) >= HOUR ? 7 * DAY : DAY;
  if (window === undefined || window <= most) return [];
  const message = `it looks back ${spoken(window)}; CloudWatch takes ${spoken(most)}`;
  return [
    finding('ALARM_LOOKS_TOO_FAR', alarm.id, message, 'lower Period or EvaluationPeriods', { window, most }),
  ];
}

/** AWS's own metrics come each minute at the most; EC2's each five without detailed monitoring. */
function withoutData({ id, namespace, period: seconds, measures }: AlarmClocks): Finding[] {
  if (seconds === undefined || namespace?.startsWith('AWS/') !== true) return [];
  const every = namespace === 'AWS/EC2' && measures?.isDetailed === false ? 300 : 60;
  if (seconds >= every) return [];
  const mend =
    every === 300 ? 'turn detailed monitoring on, or set Period to 300' : 'set Period to 60 or more';
  const message = `it asks each ${seconds} s for a metric that comes each ${every} s`;
  return [finding('ALARM_WITHOUT_DATA', id, message, mend, { period: seconds, every })];
}

function missingData({ id, signal, missingData: treatment }: AlarmClocks): Finding[] {
  if (signal?.side !== 'low' || treatment !== 'breaching') return [];
  const message = `it rings when there is no data, and asks fleet ${signal.fleet} for less capacity`;
  return [finding('ALARM_MISSING_DATA', id, message, 'set TreatMissingData: ignore')];
}

function stabilisation({ fleet, alarms: own }: FleetClocks): Finding[] {
  const hold = fleet.scaling.stabilisation.in;
  return own.flatMap((alarm) => {
    const window = windowOf(alarm);
    if (alarm.signal?.side !== 'low' || window === undefined || window <= hold) return [];
    return [
      finding(
        'ALARM_OUTLASTS_STABILISATION',
        alarm.id,
        `it rings after ${spoken(window)}, and fleet ${fleet.name} would give capacity back after ${spoken(hold)}`,
        `lower Period × EvaluationPeriods to ${hold}, or raise fleets.${fleet.name}.scaling.stabilisation.in`,
        { window, stabilisation: hold },
      ),
    ];
  });
}

function slowRise({ alarms: own }: FleetClocks): Finding[] {
  return own.flatMap((high) => {
    if (high.signal?.side !== 'high') return [];
    const low = own.find(({ signal }) => signal?.side === 'low' && signal.name === high.signal?.name);
    const [rises, falls] = [windowOf(high), low && windowOf(low)];
    if (low === undefined || rises === undefined || falls === undefined || rises <= falls) return [];
    const message = `it rings after ${spoken(rises)}, ${low.id} after ${spoken(falls)}`;
    const mend = 'let capacity rise sooner than it falls: lower its EvaluationPeriods';
    return [finding('ALARM_RISES_SLOWLY', high.id, message, mend, { high: rises, low: falls })];
  });
}
