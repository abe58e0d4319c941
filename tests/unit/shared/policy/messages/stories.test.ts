import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { isoTime, SECOND } from '../../../../../shared/domain/index.ts';
import type { EventOf, LifecycleAction, Story } from '../../../../../shared/domain/index.ts';
import type { Admission, AdmissionEnd } from '../../../../../shared/policy/admission/readiness.ts';
import { abandonedStory, breakerStory } from '../../../../../shared/policy/admission/story.ts';
import type { Drain, DrainEnd } from '../../../../../shared/policy/drain/progress.ts';
import { drainStory } from '../../../../../shared/policy/drain/story.ts';
import {
  launchFailureStory,
  terminateFailureStory,
} from '../../../../../shared/policy/interruption/activity-story.ts';
import {
  calledOffStory,
  rebalanceStory,
  scheduledChangeStory,
} from '../../../../../shared/policy/interruption/announcement-story.ts';
import { lossStory } from '../../../../../shared/policy/interruption/loss-story.ts';
import { replacementStory } from '../../../../../shared/policy/interruption/replacement-story.ts';
import { warningStory } from '../../../../../shared/policy/interruption/warning-story.ts';
import { budgetStory } from '../../../../../shared/policy/messages/budget.ts';
import { decisionStory } from '../../../../../shared/policy/messages/decision.ts';
import { emailOf } from '../../../../../shared/policy/messages/email.ts';
import { toldBy } from '../../../../../shared/policy/messages/look.ts';
import { refusalStory } from '../../../../../shared/policy/messages/refusal.ts';
import {
  refreshEndedStory,
  refreshRefusedStory,
  refreshStartedStory,
} from '../../../../../shared/policy/refresh/story.ts';
import { COMMANDS } from '../../../../../tools/cli/commands/index.ts';
import { fleet, NOW, past } from '../../../../support/world.ts';

const INSTANCE = 'i-0123456789abcdef0';
const web = fleet();
const action: LifecycleAction = { group: 'web-group', hook: 'hook', token: 't', instance: INSTANCE };
const came = { id: 'e1', at: NOW, instance: INSTANCE };
const spot: EventOf<'spot-interruption'> = { ...came, kind: 'spot-interruption', action: 'terminate' };
const reservation: EventOf<'reservation-interruption'> = {
  ...came,
  kind: 'reservation-interruption',
  action: 'terminate',
};
const health: EventOf<'health-scheduled-change'> = {
  id: 'e2',
  at: NOW,
  kind: 'health-scheduled-change',
  eventArn: 'arn:aws:health:eu-central-1::event/EC2/X/1',
  communicationId: 'c1',
  eventTypeCode: 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED',
  instances: [INSTANCE],
  startsAt: NOW + 3600 * SECOND,
};
const rollout = {
  fleet: 'web',
  group: 'web-group',
  refresh: 'r1',
  image: 'ami-0123456789abcdef0',
  previousImage: 'ami-1',
};

const ENDS: readonly DrainEnd[] = ['idle', 'deadline', 'released', 'over', 'vanished', 'lost'];

function drained(end: DrainEnd, change: Partial<Drain> = {}): Story {
  const drain: Drain = {
    startedAt: NOW - 90 * SECOND,
    lookedAt: NOW,
    deadline: NOW,
    latest: NOW,
    heartbeatAt: NOW,
    missed: 0,
    foreign: { arns: [] },
    command: { progress: 'none' },
    seen: [],
    ...change,
  };
  return drainStory(web, action, drain, end, NOW);
}

const admission = (end: AdmissionEnd): Admission => ({
  startedAt: NOW - 300 * SECOND,
  deadline: NOW,
  heartbeatAt: NOW,
  missed: 0,
  detail: '/ready answered 503',
  end,
});

const CAUSES = ['capacity', 'quota', 'addresses', 'image', 'throttled', 'admission', 'other'] as const;

/** One of each kind of message that is sent, in every form that it takes. */
const STORIES: readonly Story[] = [
  ...(['late', 'failing', 'taken', 'ended'] as const).map((end) =>
    abandonedStory(web, action, admission(end), NOW),
  ),
  breakerStory(web, 'web-group', { count: 5, since: NOW }, '/ready answered 503', NOW),
  ...ENDS.map((end) => drained(end)),
  drained('deadline', { isTaken: true }),
  drained('idle', { command: { progress: 'failed', exitCode: 3, note: 'Its drain command exited with 3.' } }),
  ...(['replaced', 'leaving', 'coming', 'kept', 'watched'] as const).flatMap((answer) =>
    [spot, reservation].map((event) => warningStory('web', 'web-group', event, answer, NOW)),
  ),
  rebalanceStory('web', 'web-group', INSTANCE, NOW),
  scheduledChangeStory('web', health, [INSTANCE], NOW),
  calledOffStory('web', health, [INSTANCE], NOW),
  lossStory('web', 'web-group', { ...came, kind: 'instance-state-changed', state: 'terminated' }, NOW),
  ...CAUSES.map((cause) =>
    launchFailureStory(
      'web',
      { id: 'e3', at: NOW, kind: 'launch-unsuccessful', group: 'web-group', statusMessage: 'x' },
      cause,
      NOW,
    ),
  ),
  terminateFailureStory(
    'web',
    {
      id: 'e4',
      at: NOW,
      kind: 'terminate-unsuccessful',
      group: 'web-group',
      statusMessage: 'x',
      instance: INSTANCE,
    },
    NOW,
  ),
  ...(['serves', 'taken', 'kept', 'late', 'crowded'] as const).flatMap((how) =>
    (['rebalance', 'health'] as const).map((reason) =>
      replacementStory(
        'web',
        'web-group',
        { ...came, kind: 'replace-due', reason },
        { how, patience: 1200, isTriedAgain: how === 'late' },
        NOW,
      ),
    ),
  ),
  refreshStartedStory(rollout, NOW),
  ...['Successful', 'RollbackSuccessful', 'RollbackFailed', 'Failed', 'Cancelled', 'unknown'].map((status) =>
    refreshEndedStory(rollout, status, 'a reason', NOW),
  ),
  refreshRefusedStory('web', 'ami-0123456789abcdef0', 'a reason', NOW),
  ...[decisionStory(past(0, { action: 'scale-out', from: 4, to: 6 }))].filter((story) => story !== undefined),
  budgetStory(web, { minutes: 10_080, violations: 300, share: 0.03 }, NOW),
];

const refusals = ['slack', 'email'].flatMap((channel) =>
  STORIES.slice(0, 1).flatMap((story) => refusalStory(story, channel, 'gone', NOW) ?? []),
);

const all = [...STORIES, ...refusals].map((story): [string, Story] => [story.title, story]);
const commands = new Map(
  COMMANDS.map((make) => make()).map((made): [string, Command] => [made.name(), made]),
);

describe('a message', () => {
  it.each(all)('says whether there is something to do, and what: %s', (_, { toDo = '', severity }) => {
    expect(toDo).toMatch(/^[A-Z].*[.?]$/);
    // Whoever is woken by an error is woken for something.
    if (severity === 'error') expect(toDo).not.toMatch(/^Nothing/);
  });

  it.each(all)('names a command that shows more, as it can be typed: %s', (_, story) => {
    const { look = '' } = toldBy('prod', story);
    expect(look).not.toContain('{');
    const [, name = '', rest = ''] = /^npx evenkeel (\w+)(.*)$/.exec(look) ?? [];
    if (name === '') expect(look).toMatch(/^aws (autoscaling describe-|logs tail )/);
    else expect([...commands.keys()]).toContain(name);
    const options = commands.get(name)?.options.map(({ long }) => long);
    for (const option of rest.match(/--[\w-]+/g) ?? []) expect(options).toContain(option);
    // A command that reads the ledger has to be told whose.
    if (options?.includes('--stage') === true) expect(rest).toContain('--stage prod');
  });

  it.each(all)('has a subject that is not cut off: %s', (_, story) => {
    expect(emailOf(story).subject).not.toMatch(/\.\.\.$/);
  });

  it.each(STORIES.map((story): [string, Story] => [story.title, story]))(
    'names the fleet in its title: %s',
    (title, story) => {
      expect(title).toContain('web');
      expect(story.fleet).toBe('web');
    },
  );
});

describe('what a message says is true of', () => {
  it('a drain whose end AWS has set, and not the fleet', () => {
    expect(drained('deadline', { isTaken: true }).text).not.toContain("fleet's time limit");
    expect(drained('deadline').text).toContain("fleet's time limit");
  });

  it('an instance that AWS takes and Evenkeel does not replace', () => {
    const told = (answer: 'replaced' | 'kept' | 'watched') =>
      warningStory('web', 'web-group', spot, answer, NOW).text;
    expect(told('replaced')).toContain('launches a replacement now');
    expect(told('kept')).not.toContain('launches a replacement now');
    expect(told('watched')).toContain('nothing was done');
  });
});

it('an email has what to do, and the command for its stage, before the figures', () => {
  expect(emailOf(toldBy('prod', drained('idle'))).text).toBe(
    [
      `${INSTANCE} of web finished its work and was let go`,
      '',
      'Nothing was left to do on the instance, so its termination goes on.',
      '',
      'To do: Nothing.',
      'More:  npx evenkeel drains --fleet web --all --stage prod',
      '',
      'Group        web-group',
      `Instance     ${INSTANCE}`,
      'Drained for  90 s',
      '',
      isoTime(NOW),
      '',
    ].join('\n'),
  );
});
