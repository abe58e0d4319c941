import type { Target } from '@aws-sdk/client-eventbridge';
import type { Kernel, Principal } from '../../kernel/index.ts';
import type { Consignment, Courier, Failure, MessageAttributes, Parcel } from '../../delivery/index.ts';
import { deadLetterCode, exponentialPause, number, targetKind, text } from '../../delivery/index.ts';
import type { Bus } from './buses.ts';
import type { Envelope } from './envelope.ts';
import { envelop } from './envelope.ts';
import { inputFor } from './input.ts';
import type { Rule } from './rules.ts';

const SERVICE = 'events.amazonaws.com';
const DAY_SECONDS = 86_400;

/** Takes events in, finds the rules that match, and sends to their targets. */
export class Router {
  readonly #kernel: Kernel;
  readonly #courier: Courier;

  constructor(kernel: Kernel, courier: Courier) {
    this.#kernel = kernel;
    this.#courier = courier;
  }

  /** Puts an event on a bus. `isForwarded`: it came from another bus, and goes to no third one. */
  accept(bus: Bus, event: Envelope, isForwarded = false): void {
    this.#record(event);
    const rules = [...bus.rules.values()].filter(
      (rule) => rule.settings.state !== 'DISABLED' && rule.pattern?.(event) === true,
    );
    if (rules.length === 0) this.#unmatched(bus, event);
    for (const rule of rules) this.#send(rule, event, isForwarded);
  }

  /** A scheduled rule is due. */
  fire(rule: Rule): void {
    const { account, ids, clock } = this.#kernel;
    const content = {
      source: 'aws.events',
      detailType: 'Scheduled Event',
      resources: [rule.arn],
      detail: {},
    };
    const event = envelop(content, account, ids, clock.now());
    this.#record(event);
    this.#send(rule, event, false);
  }

  #record(event: Envelope): void {
    const { id, source, detail } = event;
    this.#kernel.journal.record({ kind: 'event', id, source, detailType: event['detail-type'], detail });
  }

  #unmatched(bus: Bus, event: Envelope): void {
    this.#kernel.journal.record({
      kind: 'delivery',
      from: bus.arn,
      to: bus.arn,
      eventId: event.id,
      outcome: 'dropped',
      reason: 'no rule matches the event',
    });
  }

  #send(rule: Rule, event: Envelope, isForwarded: boolean): void {
    for (const target of rule.targets.values()) {
      if (isForwarded && targetKind(target.Arn ?? '') === 'events') continue;
      this.#courier.send(this.#consignment(rule, target, event));
    }
  }

  #consignment(rule: Rule, target: Target, event: Envelope): Consignment {
    const { RetryPolicy: retry, DeadLetterConfig: deadLetter, RoleArn: roleArn } = target;
    const from: Principal = { kind: 'service', service: SERVICE, sourceArn: rule.arn };
    const targetArn = target.Arn ?? '';
    const body = inputFor(target, event, {
      ruleArn: rule.arn,
      ruleName: rule.name,
      ingestedAt: this.#kernel.clock.now(),
    });
    const groupId = target.SqsParameters?.MessageGroupId;
    const parcel: Parcel = { body, from, eventId: event.id, ...(groupId === undefined ? {} : { groupId }) };
    return {
      sender: rule.arn,
      target: targetArn,
      parcel,
      ...(roleArn === undefined ? {} : { roleArn }),
      retry: {
        attempts: retry?.MaximumRetryAttempts ?? 185,
        maximumAge: (retry?.MaximumEventAgeInSeconds ?? DAY_SECONDS) * 1000,
        pause: exponentialPause(() => this.#kernel.ids.random()),
      },
      ...(deadLetter?.Arn === undefined
        ? {}
        : {
            deadLetter: {
              queueArn: deadLetter.Arn,
              attributes: (failure) => deadLetterAttributes(rule, targetArn, failure),
              body: () => JSON.stringify(event),
            },
          }),
    };
  }
}

/** EventBridge User Guide, "Using dead-letter queues to process undelivered events". */
function deadLetterAttributes(rule: Rule, targetArn: string, failure: Failure): MessageAttributes {
  return {
    RULE_ARN: text(rule.arn),
    TARGET_ARN: text(targetArn),
    ERROR_CODE: text(deadLetterCode(failure.error)),
    ERROR_MESSAGE: text(failure.error.message),
    RETRY_ATTEMPTS: number(failure.retries),
    ...(failure.exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: text(failure.exhausted) }),
  };
}
