import type { Kernel } from '../../../kernel/index.ts';
import { TemplateError } from '../template/errors.ts';
import { Resolver } from '../template/intrinsics.ts';
import { dependsOn, inDependencyOrder, referencesIn } from '../template/dependencies.ts';
import type { ParameterValue } from '../template/parameters.ts';
import type { Template } from '../template/template.ts';
import type { StackResource } from './stack.ts';

/** What a template is evaluated with. */
export interface EvaluationInput {
  readonly kernel: Kernel;
  readonly stackName: string;
  readonly stackId: string;
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly notificationArns: readonly string[];
  /** The resource as it stands by now, when a function refers to it. */
  readonly resource: (logicalId: string) => Pick<StackResource, 'ref' | 'attributes'> | undefined;
  readonly importValue: (exportName: string) => unknown;
}

/** A template with its parameters: its conditions decided, its functions evaluated as resources come to be. */
export class Evaluation {
  readonly template: Template;
  readonly #resolver: Resolver;

  constructor(input: EvaluationInput) {
    this.template = input.template;
    this.#resolver = new Resolver({
      template: input.template,
      values: valuesOf(input),
      zones: input.kernel.account.zones,
      ref: (logicalId) => made(input, logicalId).ref,
      attribute: (logicalId, attribute) => {
        const value = made(input, logicalId).attributes[attribute];
        if (value !== undefined) return value;
        throw new TemplateError(`Attribute ${attribute} of ${logicalId} is not part of this local cloud`);
      },
      importValue: input.importValue,
    });
  }

  readonly condition = (name: string): boolean => this.#resolver.condition(name);

  /** The logical ids of the resources whose conditions hold, each after those it depends on. */
  order(): string[] {
    const names = Object.keys(this.template.Resources).filter((name) => this.#exists(name));
    return inDependencyOrder(new Map(names.map((name) => [name, this.#dependencies(name)])));
  }

  properties(logicalId: string): Record<string, unknown> {
    const declared = this.template.Resources[logicalId]?.Properties ?? {};
    return this.#resolver.resolve(declared) as Record<string, unknown>;
  }

  /** Any other part of the template, evaluated. */
  resolve(value: unknown): unknown {
    return this.#resolver.resolve(value);
  }

  #exists(name: string): boolean {
    const condition = this.template.Resources[name]?.Condition;
    return condition === undefined || this.condition(condition);
  }

  #dependencies(name: string): Set<string> {
    const resource = this.template.Resources[name];
    if (resource === undefined) return new Set();
    const implied = referencesIn(resource.Properties, this.condition).map((reference) => reference.name);
    const all = [...implied, ...dependsOn(resource)];
    return new Set(all.filter((other) => other in this.template.Resources && this.#exists(other)));
  }
}

function made(input: EvaluationInput, logicalId: string) {
  const resource = input.resource(logicalId);
  if (resource !== undefined) return resource;
  throw new TemplateError(
    `Template format error: Unresolved resource dependencies [${logicalId}] in the Resources block of the template`,
  );
}

function valuesOf(input: EvaluationInput): Map<string, unknown> {
  const { account } = input.kernel;
  const values = new Map<string, unknown>([
    ['AWS::AccountId', account.id],
    ['AWS::NotificationARNs', [...input.notificationArns]],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', account.region],
    ['AWS::StackId', input.stackId],
    ['AWS::StackName', input.stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);
  for (const [name, parameter] of input.parameters) values.set(name, parameter.value);
  return values;
}
