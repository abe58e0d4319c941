import { expect, it } from 'vitest';
import { alarmName, alarmPrefix, parseAlarmName } from '../../../../shared/domain/index.ts';

it('an alarm belongs to the fleet and signal that its name names', () => {
  const parts = { stage: 'prod', fleet: 'web', signal: 'requests-per-host', side: 'low' } as const;
  expect(alarmName(parts)).toBe('evenkeel/prod/web/requests-per-host-low');
  expect(parseAlarmName(alarmName(parts))).toEqual(parts);
});

it('names of other alarms belong to none', () => {
  for (const name of [
    '',
    'web-high',
    'evenkeel/prod/web',
    'evenkeel/prod/web/cpu',
    'evenkeel/prod/a/b/cpu-high',
    'x/evenkeel/prod/web/cpu-high',
  ]) {
    expect(parseAlarmName(name)).toBeUndefined();
  }
});

it('the alarms of a fleet are not those of another that begins like it', () => {
  expect(alarmPrefix('prod')).toBe('evenkeel/prod/');
  expect('evenkeel/prod/web2/cpu-high'.startsWith(alarmPrefix('prod', 'web'))).toBe(false);
});
