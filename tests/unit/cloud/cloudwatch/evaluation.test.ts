import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MissingData } from '../../../../tools/cloud/services/cloudwatch/alarms/alarm.ts';
import type { EvaluationRule } from '../../../../tools/cloud/services/cloudwatch/alarms/evaluation.ts';
import { evaluateDatapoints } from '../../../../tools/cloud/services/cloudwatch/alarms/evaluation.ts';

const TREATMENTS: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const KEEP = undefined;

/** Datapoints as AWS's tables write them: `X` breaches, `0` does not, `-` is missing. */
function datapoints(row: string): number[] {
  return row.split(' ').map((sign) => (sign === '-' ? NaN : sign === 'X' ? 1 : 0));
}

function rule(
  evaluationPeriods: number,
  datapointsToAlarm: number,
  missingData: MissingData,
): EvaluationRule {
  return { evaluationPeriods, datapointsToAlarm, missingData, breaches: (value) => value > 0 };
}

// CloudWatch User Guide, "How alarm state is evaluated when data is missing".
describe('3 of 3 datapoints must breach', () => {
  it.each([
    ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', ['INSUFFICIENT_DATA', KEEP, 'ALARM', 'OK']],
    ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', ['ALARM', KEEP, 'ALARM', 'OK']],
  ])('%s leads to %j', (row, states) => {
    const found = TREATMENTS.map((missing) => evaluateDatapoints(datapoints(row), rule(3, 3, missing)));
    expect(found).toEqual(states);
  });
});

describe('2 of 3 datapoints must breach', () => {
  it.each([
    ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', ['ALARM', KEEP, 'ALARM', 'OK']],
  ])('%s leads to %j', (row, states) => {
    const found = TREATMENTS.map((missing) => evaluateDatapoints(datapoints(row), rule(3, 2, missing)));
    expect(found).toEqual(states);
  });
});

describe('alarms are not premature', () => {
  it('waits with a single breaching datapoint that is too young', () => {
    expect(evaluateDatapoints(datapoints('- - - - X'), rule(3, 3, 'missing'))).toBe(KEEP);
  });
});

describe('whatever the data', () => {
  const value = fc.constantFrom(0, 1, NaN);
  const rows = fc.integer({ min: 1, max: 6 }).chain((periods) =>
    fc.record({
      values: fc.array(value, { minLength: periods + 2, maxLength: periods + 2 }),
      periods: fc.constant(periods),
      toAlarm: fc.integer({ min: 1, max: periods }),
    }),
  );

  it('missing data has no say once there are N real datapoints', () => {
    fc.assert(
      fc.property(rows, ({ values, periods, toAlarm }) => {
        fc.pre(values.filter((one) => !Number.isNaN(one)).length >= periods);
        const states = new Set(
          TREATMENTS.map((missing) => evaluateDatapoints(values, rule(periods, toAlarm, missing))),
        );
        expect(states.size).toBe(1);
      }),
    );
  });

  it('an alarm that needs fewer breaches is never calmer', () => {
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom('breaching', 'notBreaching'),
        ({ values, periods, toAlarm }, missing) => {
          fc.pre(toAlarm > 1);
          const strict = evaluateDatapoints(values, rule(periods, toAlarm, missing));
          const loose = evaluateDatapoints(values, rule(periods, toAlarm - 1, missing));
          if (strict === 'ALARM') expect(loose).toBe('ALARM');
        },
      ),
    );
  });
});
