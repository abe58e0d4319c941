import type {
  Action,
  CreateListenerInput,
  CreateRuleInput,
  Listener,
  Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, validationError, type Kernel } from '../../kernel/index.ts';
import type { LoadBalancerRecord } from './load-balancers.ts';
import type { TargetGroups } from './target-groups.ts';
import type { Tags } from './tags.ts';

export interface ListenerRecord {
  readonly arn: string;
  readonly loadBalancer: LoadBalancerRecord;
  shape: Listener;
  readonly rules: Map<string, RuleRecord>;
}

/** A rule beside the listener's default actions. */
export interface RuleRecord {
  readonly arn: string;
  readonly listener: ListenerRecord;
  priority: number;
  shape: Pick<Rule, 'Conditions' | 'Actions' | 'Transforms'>;
}

/** All listeners with their rules, and which target groups they forward to. */
export class Listeners {
  readonly #kernel: Kernel;
  readonly #groups: TargetGroups;
  readonly #tags: Tags;
  readonly #byArn = new Map<string, ListenerRecord>();
  readonly #rules = new Map<string, RuleRecord>();
  readonly #onRouting: () => void;

  /** @param onRouting called after every change of what is forwarded where */
  constructor(kernel: Kernel, groups: TargetGroups, tags: Tags, onRouting: () => void) {
    this.#kernel = kernel;
    this.#groups = groups;
    this.#tags = tags;
    this.#onRouting = onRouting;
  }

  create(loadBalancer: LoadBalancerRecord, input: CreateListenerInput): ListenerRecord {
    this.#checkPort(loadBalancer, input.Port);
    this.#checkActions(input.DefaultActions);
    if ((input.Protocol === 'HTTPS' || input.Protocol === 'TLS') && !input.Certificates?.length)
      throw validationError('A certificate must be specified for HTTPS and TLS listeners');
    const path = loadBalancer.arn.replace(':loadbalancer/', ':listener/');
    const listener: ListenerRecord = {
      arn: `${path}/${this.#kernel.ids.hex(16)}`,
      loadBalancer,
      shape: {
        Port: input.Port,
        Protocol: input.Protocol,
        Certificates: input.Certificates,
        SslPolicy: input.Protocol === 'HTTPS' ? (input.SslPolicy ?? 'ELBSecurityPolicy-2016-08') : undefined,
        DefaultActions: input.DefaultActions,
        AlpnPolicy: input.AlpnPolicy,
        MutualAuthentication: input.MutualAuthentication,
      },
      rules: new Map(),
    };
    this.#tags.begin(listener.arn, input.Tags);
    this.#byArn.set(listener.arn, listener);
    this.#onRouting();
    return listener;
  }

  modify(listener: ListenerRecord, change: Partial<Listener>): void {
    if (change.Port !== undefined && change.Port !== listener.shape.Port)
      this.#checkPort(listener.loadBalancer, change.Port);
    if (change.DefaultActions !== undefined) this.#checkActions(change.DefaultActions);
    listener.shape = { ...listener.shape, ...change };
    this.#onRouting();
  }

  /** @throws AwsError ListenerNotFoundException */
  get(listenerArn: string | undefined): ListenerRecord {
    const listener = this.#byArn.get(listenerArn ?? '');
    if (listener === undefined)
      throw new AwsError('ListenerNotFoundException', `Listener '${listenerArn ?? ''}' not found`);
    return listener;
  }

  of(loadBalancer: LoadBalancerRecord): ListenerRecord[] {
    return [...this.#byArn.values()].filter((listener) => listener.loadBalancer === loadBalancer);
  }

  delete(listener: ListenerRecord): void {
    for (const rule of listener.rules.values()) this.#forgetRule(rule);
    this.#byArn.delete(listener.arn);
    this.#tags.end(listener.arn);
    this.#onRouting();
  }

  createRule(listener: ListenerRecord, input: CreateRuleInput): RuleRecord {
    if (input.Priority === undefined) throw validationError('A priority must be specified');
    this.#checkPriority(listener, input.Priority);
    this.#checkActions(input.Actions);
    const path = listener.arn.replace(':listener/', ':listener-rule/');
    const rule: RuleRecord = {
      arn: `${path}/${this.#kernel.ids.hex(16)}`,
      listener,
      priority: input.Priority,
      shape: { Conditions: input.Conditions, Actions: input.Actions, Transforms: input.Transforms },
    };
    this.#tags.begin(rule.arn, input.Tags);
    listener.rules.set(rule.arn, rule);
    this.#rules.set(rule.arn, rule);
    this.#onRouting();
    return rule;
  }

  modifyRule(rule: RuleRecord, change: Partial<RuleRecord['shape']>): void {
    if (change.Actions !== undefined) this.#checkActions(change.Actions);
    rule.shape = { ...rule.shape, ...change };
    this.#onRouting();
  }

  /** @throws AwsError PriorityInUseException, leaving everything as it was */
  setPriorities(changes: readonly { readonly rule: RuleRecord; readonly priority: number }[]): void {
    const moved = new Set(changes.map(({ rule }) => rule));
    for (const { rule, priority } of changes)
      for (const other of rule.listener.rules.values())
        if (!moved.has(other) && other.priority === priority) throw priorityInUse(priority);
    for (const { rule, priority } of changes) rule.priority = priority;
  }

  /** @throws AwsError RuleNotFoundException */
  rule(ruleArn: string | undefined): RuleRecord {
    const rule = this.#rules.get(ruleArn ?? '');
    if (rule === undefined) throw new AwsError('RuleNotFoundException', `Rule '${ruleArn ?? ''}' not found`);
    return rule;
  }

  deleteRule(rule: RuleRecord): void {
    this.#forgetRule(rule);
    this.#onRouting();
  }

  /** The load balancers that forward to each target group, by the group's ARN. */
  routing(): Map<string, Set<string>> {
    const routing = new Map<string, Set<string>>();
    for (const listener of this.#byArn.values())
      for (const groupArn of forwardedTo(listener)) {
        const balancers = routing.get(groupArn) ?? new Set<string>();
        routing.set(groupArn, balancers.add(listener.loadBalancer.arn));
      }
    return routing;
  }

  #forgetRule(rule: RuleRecord): void {
    rule.listener.rules.delete(rule.arn);
    this.#rules.delete(rule.arn);
    this.#tags.end(rule.arn);
  }

  #checkPort(loadBalancer: LoadBalancerRecord, port: number | undefined): void {
    if (port === undefined) throw validationError('A listener port must be specified');
    if (this.of(loadBalancer).some((listener) => listener.shape.Port === port))
      throw new AwsError(
        'DuplicateListenerException',
        `A listener already exists on this port for this load balancer '${loadBalancer.arn}'`,
      );
  }

  #checkPriority(listener: ListenerRecord, priority: number): void {
    if ([...listener.rules.values()].some((rule) => rule.priority === priority))
      throw priorityInUse(priority);
  }

  #checkActions(actions: readonly Action[] | undefined): void {
    if (!actions?.length) throw validationError('At least one action must be specified');
    for (const groupArn of actions.flatMap(groupsOf)) this.#groups.get(groupArn);
  }
}

function priorityInUse(priority: number): AwsError {
  return new AwsError('PriorityInUseException', `Priority '${priority}' is currently in use`);
}

/** The target groups that a listener and its rules forward to. */
export function forwardedTo(listener: ListenerRecord): string[] {
  const rules = [...listener.rules.values()].flatMap((rule) => rule.shape.Actions ?? []);
  return [...(listener.shape.DefaultActions ?? []), ...rules].flatMap(groupsOf);
}

function groupsOf(action: Action): string[] {
  if (action.TargetGroupArn !== undefined) return [action.TargetGroupArn];
  return (action.ForwardConfig?.TargetGroups ?? []).flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
}
