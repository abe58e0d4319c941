import type { Account } from '../../../kernel/index.ts';
import { AwsError } from '../../../kernel/index.ts';
import type { ResourceDeclaration } from '../template/template.ts';
import type { Apis } from './apis.ts';
import type { Retag } from './tagging.ts';

export interface ResourceTag {
  readonly Key: string;
  readonly Value: string;
}

/** What a provider has made or changed. */
export interface Made {
  /** The physical id. */
  readonly id: string;
  /** What `Ref` gives, where it is not the physical id. */
  readonly ref?: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** What a provider works with. */
export interface ProviderContext {
  readonly api: Apis;
  readonly account: Account;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly declaration: ResourceDeclaration;
  /** The stack's own tags and `aws:cloudformation:*`, for resources that can be tagged. */
  readonly tags: readonly ResourceTag[];
  /** `stack-LogicalId-4F7K2M0Q9XYZ`, at most so many characters, for a resource without a name of its own. */
  readonly physicalName: (longest: number) => string;
  /** Whether what the resource holds is to be kept in a snapshot when it is deleted. */
  readonly takesSnapshot: boolean;
  /** Tells that the resource exists now, so that a failure in a later step does not leave it behind. */
  readonly announce: (id: string) => void;
  /** Waits on the cloud's clock until the test holds. Throws when that takes longer than an hour. */
  readonly waitUntil: (test: () => Promise<boolean>) => Promise<void>;
}

/**
 * Makes, changes and deletes resources of one type through their service's API.
 *
 * `Properties` is the type's schema in TypeScript: properties are conformed to the schema before they get here.
 */
export interface Provider<Properties = unknown> {
  /** The properties it acts on. Any other of the type's schema is refused, so that nothing is skipped in silence. */
  readonly properties: readonly string[];
  create(properties: Properties, context: ProviderContext): Promise<Made>;
  /** Changes what does not need a replacement. Without it every change replaces. */
  update?(id: string, properties: Properties, before: Properties, context: ProviderContext): Promise<Made>;
  delete(id: string, properties: Properties, context: ProviderContext): Promise<void>;
  /** Changes tags. A type without it, and with tags, changes them in `update`. */
  readonly retag?: Retag;
  /** The attributes of a template's resource (`UpdatePolicy`) that it acts on. */
  readonly policies?: readonly string[];
  /** Decides for properties of which the schema says that a change of them may replace. */
  replaces?(properties: Properties, before: Properties): boolean;
}

/** Keeps a provider's own property type while the registry forgets it. */
export function provider<Properties extends object>(
  methods: Provider<Properties> & { readonly properties: readonly (keyof Properties & string)[] },
): Provider {
  return methods;
}

/** Deletes, being content if it is gone already. */
export async function deleted(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof AwsError) || !isMissing(error)) throw error;
  }
}

function isMissing({ code, message }: AwsError): boolean {
  return /NotFound|NoSuch|NonExistent|DoesNotExist/.test(code) || /not found|^No .* found/i.test(message);
}

/** A tag as any of the services types it. */
export interface LooseTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** A resource's own tags before those of its stack. */
export function mergedTags(
  own: readonly LooseTag[] | undefined,
  context: Pick<ProviderContext, 'tags'>,
): ResourceTag[] {
  const tags = new Map(context.tags.map((tag) => [tag.Key, tag.Value]));
  for (const { Key: key = '', Value: value = '' } of own ?? []) tags.set(key, value);
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** `[{Key, Value}]` → `{Key: Value}`, the form that some services want. */
export function tagMap(tags: readonly ResourceTag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** A property as the text that an attribute of the API wants: structures as JSON. */
export function attributeText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
