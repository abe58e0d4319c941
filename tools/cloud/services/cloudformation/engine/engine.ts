import type { Call, Kernel } from '../../../kernel/index.ts';
import type { Apis, ProvidedServices } from '../providers/apis.ts';
import { apisOf } from '../providers/apis.ts';
import { Evaluation } from './evaluation.ts';
import { Runs } from './runs.ts';
import type { Stack, StackResource, Target } from './stack.ts';
import { Stacks } from './stacks.ts';
import type { TargetInput } from './targets.ts';
import { targetOf } from './targets.ts';

type StackIdentity = Pick<Stack, 'name' | 'id' | 'resources'>;

/** CloudFormation's parts, joined: what its operations work with. */
export class Engine {
  readonly kernel: Kernel;
  readonly stacks: Stacks;
  readonly runs: Runs;
  readonly #services: ProvidedServices;

  constructor(kernel: Kernel, services: ProvidedServices) {
    this.kernel = kernel;
    this.#services = services;
    this.stacks = new Stacks(kernel);
    this.runs = new Runs(kernel, this.stacks);
  }

  /** The services' APIs, called for the caller of CloudFormation. */
  api({ endpoint }: Call): Apis {
    return apisOf(this.#services, this.kernel, endpoint);
  }

  target(input: TargetInput, stack: StackIdentity, before: Target | undefined, api: Apis): Promise<Target> {
    return targetOf(input, before, api, (target) => this.runs.evaluate(stack, target));
  }

  /**
   * A template evaluated without making anything: what does not exist yet, or may be replaced, is a placeholder.
   */
  preview(stack: StackIdentity, target: Target): Evaluation {
    return new Evaluation({
      kernel: this.kernel,
      stackName: stack.name,
      stackId: stack.id,
      template: target.template,
      parameters: target.parameters,
      notificationArns: target.notificationArns,
      resource: (logicalId) => stack.resources.get(logicalId) ?? UNKNOWN,
      importValue: (name) => this.stacks.exports().get(name)?.value ?? PLACEHOLDER,
    });
  }
}

const PLACEHOLDER = '{{changeSet:KNOWN_AFTER_APPLY}}';

const UNKNOWN: Pick<StackResource, 'ref' | 'attributes'> = {
  ref: PLACEHOLDER,
  attributes: new Proxy<Record<string, unknown>>({}, { get: () => PLACEHOLDER }),
};
