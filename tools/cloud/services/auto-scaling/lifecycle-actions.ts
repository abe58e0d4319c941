import type { Cancel, Instant, Kernel } from '../../kernel/index.ts';
import { validationError } from '../../kernel/index.ts';
import type { Group, GroupInstance, Hook, Transition } from './model.ts';

export type ActionResult = 'CONTINUE' | 'ABANDON';

/** How all of an instance's actions for one transition ended. */
export interface HooksOutcome {
  readonly result: ActionResult;
  /** For ABANDON, what the activity's StatusMessage says. */
  readonly message: string;
}

/** Which action a caller means: by token, or else by instance. */
export interface ActionName {
  readonly group: Group;
  readonly hookName: string;
  readonly token: string | undefined;
  readonly instanceId: string | undefined;
}

interface LifecycleAction {
  readonly token: string;
  readonly group: Group;
  readonly hook: Hook;
  readonly instance: GroupInstance;
  /** "The maximum time … an instance can remain in a wait state": min(48 h, 100 × the heartbeat timeout). */
  readonly lastDeadline: Instant;
  cancelExpiry: Cancel;
  readonly end: (result: ActionResult, why: string) => void;
}

type Announce = (group: Group, hook: Hook, instance: GroupInstance, token: string) => void;
type Phase = 'started' | 'heartbeat' | 'completed' | 'expired' | 'refused';

/** The lifecycle actions that instances wait for. */
export class LifecycleActions {
  readonly #kernel: Kernel;
  readonly #announce: Announce;
  readonly #byToken = new Map<string, LifecycleAction>();

  constructor(kernel: Kernel, announce: Announce) {
    this.#kernel = kernel;
    this.#announce = announce;
  }

  /**
   * Starts an action for each of the group's hooks on a transition. One ABANDON ends them all.
   *
   * @returns false where the group has no such hook, and nothing is waited for
   */
  begin(
    group: Group,
    instance: GroupInstance,
    transition: Transition,
    done: (outcome: HooksOutcome) => void,
  ): boolean {
    const hooks = [...group.hooks.values()].filter((hook) => hook.LifecycleTransition === transition);
    let open = hooks.length;
    for (const hook of hooks) {
      this.#start(group, hook, instance, (result, message) => {
        open--;
        if (result === 'ABANDON') this.dropAll(instance);
        if (result === 'ABANDON' || open === 0) done({ result, message });
      });
    }
    return hooks.length > 0;
  }

  /** @throws AwsError ValidationError where no such action is open (any more) */
  heartbeat(name: ActionName): void {
    const action = this.#get(name);
    this.#record(action, 'heartbeat');
    this.#awaitExpiry(action);
  }

  /** @throws AwsError ValidationError where no such action is open (any more) */
  complete(name: ActionName, result: ActionResult): void {
    const action = this.#get(name);
    this.#finish(action, 'completed', result, 'Lifecycle Action Completed with ABANDON Result');
  }

  /** "If there are any outstanding lifecycle actions, they are completed first" with these results. */
  hookDeleted(group: Group, hook: Hook): void {
    const result = hook.LifecycleTransition === 'autoscaling:EC2_INSTANCE_LAUNCHING' ? 'ABANDON' : 'CONTINUE';
    for (const action of [...this.#byToken.values()]) {
      if (action.group !== group || action.hook.LifecycleHookName !== hook.LifecycleHookName) continue;
      this.#finish(action, 'completed', result, 'Lifecycle Hook was deleted');
    }
  }

  /** Forgets what is open for an instance that goes another way. */
  dropAll(instance: GroupInstance): void {
    for (const action of [...this.#byToken.values()]) {
      if (action.instance !== instance) continue;
      action.cancelExpiry();
      this.#byToken.delete(action.token);
    }
  }

  #start(group: Group, hook: Hook, instance: GroupInstance, end: LifecycleAction['end']): void {
    const action: LifecycleAction = {
      token: this.#kernel.ids.uuid(),
      group,
      hook,
      instance,
      lastDeadline: this.#kernel.clock.now() + hook.GlobalTimeout * 1000,
      cancelExpiry: () => undefined,
      end,
    };
    this.#byToken.set(action.token, action);
    this.#awaitExpiry(action);
    this.#record(action, 'started');
    this.#announce(group, hook, instance, action.token);
  }

  #awaitExpiry(action: LifecycleAction): void {
    action.cancelExpiry();
    const { clock } = this.#kernel;
    const deadline = Math.min(clock.now() + action.hook.HeartbeatTimeout * 1000, action.lastDeadline);
    action.cancelExpiry = clock.at(deadline, () => {
      this.#finish(action, 'expired', action.hook.DefaultResult, 'Heartbeat Timeout');
    });
  }

  #finish(action: LifecycleAction, phase: 'completed' | 'expired', result: ActionResult, why: string): void {
    action.cancelExpiry();
    this.#byToken.delete(action.token);
    this.#record(action, phase, result);
    action.end(
      result,
      `Instance failed to complete user's Lifecycle Action: Lifecycle Action with token ${action.token} was abandoned: ${why}`,
    );
  }

  #get(name: ActionName): LifecycleAction {
    const action = name.token === undefined ? this.#ofInstance(name) : this.#byToken.get(name.token);
    if (action?.group === name.group && action.hook.LifecycleHookName === name.hookName) return action;
    this.#refuse(name);
    const which =
      name.token === undefined ? `instance ID ${name.instanceId ?? 'null'}` : `token ${name.token}`;
    throw validationError(`No active Lifecycle Action found with ${which}`);
  }

  #ofInstance(name: ActionName): LifecycleAction | undefined {
    for (const action of this.#byToken.values()) {
      if (action.instance.id === name.instanceId && action.hook.LifecycleHookName === name.hookName)
        return action;
    }
    return undefined;
  }

  #refuse({ group, hookName, token, instanceId }: ActionName): void {
    this.#kernel.journal.record({
      kind: 'lifecycle-action',
      token: token ?? '',
      group: group.name,
      hook: hookName,
      instance: instanceId ?? '',
      transition: group.hooks.get(hookName)?.LifecycleTransition ?? '',
      phase: 'refused',
    });
  }

  #record(action: LifecycleAction, phase: Phase, result?: ActionResult): void {
    this.#kernel.journal.record({
      kind: 'lifecycle-action',
      token: action.token,
      group: action.group.name,
      hook: action.hook.LifecycleHookName,
      instance: action.instance.id,
      transition: action.hook.LifecycleTransition,
      phase,
      ...(result === undefined ? {} : { result }),
    });
  }
}
