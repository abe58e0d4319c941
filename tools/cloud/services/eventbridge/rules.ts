import type { Target } from '@aws-sdk/client-eventbridge';
import type { Cancel, Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import type { Timetable } from '../../kernel/cron.ts';
import { parseTimetable, ScheduleExpressionError } from '../../kernel/cron.ts';
import type { Bus } from './buses.ts';
import { DEFAULT_BUS } from './buses.ts';
import type { Pattern } from '../../delivery/pattern/pattern.ts';
import { parseEventPattern } from './patterns.ts';

/** What PutRule says of a rule. */
export interface RuleSettings {
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  readonly state: RuleState;
  readonly description?: string;
  readonly roleArn?: string;
}

type RuleState = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** A rule with its targets by id. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: Bus;
  settings: RuleSettings;
  pattern?: Pattern;
  /** Undoes the next firing of a scheduled rule. */
  cancel?: Cancel;
  readonly targets: Map<string, Target>;
}

/** Makes, changes and removes rules; tells `fire` when a scheduled one is due. */
export class Rules {
  readonly #kernel: Kernel;
  readonly #fire: (rule: Rule) => void;

  constructor(kernel: Kernel, fire: (rule: Rule) => void) {
    this.#kernel = kernel;
    this.#fire = fire;
  }

  /** @throws AwsError ValidationException, InvalidEventPatternException */
  put(bus: Bus, name: string, settings: RuleSettings): Rule {
    check(bus, settings);
    const pattern =
      settings.eventPattern === undefined ? undefined : parseEventPattern(settings.eventPattern);
    const timetable = this.#timetable(settings);
    const rule: Rule = bus.rules.get(name) ?? {
      name,
      arn: arn(
        this.#kernel.account,
        'events',
        bus.name === DEFAULT_BUS ? `rule/${name}` : `rule/${bus.name}/${name}`,
      ),
      bus,
      settings,
      targets: new Map(),
    };
    bus.rules.set(name, rule);
    rule.settings = settings;
    if (pattern === undefined) delete rule.pattern;
    else rule.pattern = pattern;
    this.#reschedule(rule, timetable);
    return rule;
  }

  setState(rule: Rule, state: RuleState): void {
    rule.settings = { ...rule.settings, state };
    this.#reschedule(rule, this.#timetable(rule.settings));
  }

  /** @throws AwsError ValidationException while the rule has targets */
  delete(rule: Rule): void {
    if (rule.targets.size > 0) {
      throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
    }
    rule.cancel?.();
    rule.bus.rules.delete(rule.name);
  }

  #timetable({ scheduleExpression }: RuleSettings): Timetable | undefined {
    if (scheduleExpression === undefined) return undefined;
    try {
      if (scheduleExpression.startsWith('at(')) throw new ScheduleExpressionError(scheduleExpression, 'at()');
      return parseTimetable(scheduleExpression, { anchor: this.#kernel.clock.now() });
    } catch (error) {
      if (!(error instanceof ScheduleExpressionError)) throw error;
      throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
    }
  }

  #reschedule(rule: Rule, timetable: Timetable | undefined): void {
    rule.cancel?.();
    delete rule.cancel;
    if (timetable === undefined || rule.settings.state === 'DISABLED') return;
    const { clock } = this.#kernel;
    const next = timetable.next(clock.now());
    if (next === undefined) return;
    rule.cancel = clock.at(next, () => {
      this.#reschedule(rule, timetable);
      this.#fire(rule);
    });
  }
}

function check(bus: Bus, { eventPattern, scheduleExpression }: RuleSettings): void {
  if (eventPattern === undefined && scheduleExpression === undefined) {
    throw new AwsError(
      'ValidationException',
      'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    );
  }
  if (scheduleExpression !== undefined && bus.name !== DEFAULT_BUS) {
    throw new AwsError(
      'ValidationException',
      'ScheduleExpression is supported only on the default event bus.',
    );
  }
}

/** @throws AwsError ResourceNotFoundException */
export function ruleOf(bus: Bus, name: string | undefined): Rule {
  const rule = bus.rules.get(name ?? '');
  if (rule === undefined) {
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus.name}.`);
  }
  return rule;
}
