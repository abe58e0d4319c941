import { resourceTypeOf } from '../../services/ec2/resource-types.ts';
import type { Need, Scope } from './need.ts';
import { named } from './need.ts';
import { tagKeys } from './request-tags.ts';

/** ARN of a resource by its id: `vpc-0123` → `…:vpc/vpc-0123`. */
export function ofId(scope: Scope, id: string): string {
  return ofKind(scope, resourceTypeOf(id) ?? '*', id);
}

/** Images and snapshots may belong to others: their ARNs name no account. */
export function ofKind(scope: Scope, kind: string, id: string): string {
  if (kind === 'image' || kind === 'snapshot') return `arn:aws:ec2:${scope.account.region}::${kind}/${id}`;
  return named(scope, 'ec2', `${kind}/${id}`);
}

type Referring<Member extends string> = {
  readonly [Name in Member]?: string | readonly string[] | undefined;
};

/** The resources whose ids stand in some members of an input. */
export function referred<Member extends string>(...members: Member[]) {
  return (input: Referring<Member>, scope: Scope): string[] =>
    members.flatMap((member) => input[member] ?? []).map((id) => ofId(scope, id));
}

interface TagSpecification {
  readonly ResourceType?: string | undefined;
  readonly Tags?:
    readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
}

interface Tagging {
  readonly TagSpecifications?: readonly TagSpecification[] | undefined;
}

/** The needs of an operation that makes a resource out of nothing. */
export function createdAlone(operation: string, kind: string) {
  return (input: Tagging, scope: Scope): Need[] => made(operation, input, scope, kind);
}

/** The needs of an operation that makes a resource beside those whose ids it names. */
export function created<Member extends string>(operation: string, kind: string, ...members: Member[]) {
  const refer = referred(...members);
  return (input: Referring<Member> & Tagging, scope: Scope): (Need | string)[] => [
    ...made(operation, input, scope, kind),
    ...refer(input, scope),
  ];
}

/** Leave to make a resource of a kind, with the tags that it is to have. @param id where the caller chooses it */
export function made(
  operation: string,
  { TagSpecifications = [] }: Tagging,
  scope: Scope,
  kind: string,
  { id = '*', context = {} }: { id?: string; context?: Need['context'] } = {},
): Need[] {
  const own = TagSpecifications.filter(({ ResourceType = kind }) => ResourceType === kind);
  const tags = tagKeys(own.flatMap(({ Tags = [] }) => Tags));
  return [
    { resource: ofKind(scope, kind, id), context: { ...tags, ...context } },
    ...taggings(operation, TagSpecifications, scope, kind),
  ];
}

/** Whoever tags what it makes needs leave for that too (EC2 User Guide, "Grant permission to tag resources"). */
function taggings(
  operation: string,
  specifications: readonly TagSpecification[],
  scope: Scope,
  kind: string,
): Need[] {
  return specifications
    .filter(({ Tags = [] }) => Tags.length > 0)
    .map(({ ResourceType = kind, Tags = [] }) => ({
      action: 'ec2:CreateTags',
      resource: ofKind(scope, ResourceType, '*'),
      context: { ...tagKeys(Tags), 'ec2:createaction': [operation] },
    }));
}

/** A rule of a security group, which may be tagged as it is made. */
export function ruleMade(operation: string) {
  return (input: Tagging & { readonly GroupId?: string | undefined }, scope: Scope): Need[] => {
    const [, ...tags] = made(operation, input, scope, 'security-group-rule');
    const context = tagKeys((input.TagSpecifications ?? []).flatMap(({ Tags = [] }) => Tags));
    return [{ resource: ofId(scope, input.GroupId ?? 'sg-*'), context }, ...tags];
  };
}
