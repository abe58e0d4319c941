import { parsePolicy } from '../../iam/policy.ts';
import { encodedDocument, listing, noSuchEntity } from './entities.ts';
import type { IamStore, PolicyHolder } from './store.ts';

type Paging = Parameters<typeof listing>[1];

/** What IAM does with the policies of a role or a user, who differ in what their operations are called only. */
export class HolderPolicies {
  readonly #store: IamStore;
  /** `role`, `user`: how messages call the holder. */
  readonly #noun: string;

  constructor(store: IamStore, noun: string) {
    this.#store = store;
    this.#noun = noun;
  }

  put(holder: PolicyHolder, name = '', document = ''): void {
    parsePolicy(document, 'identity');
    holder.inlinePolicies.set(name, document);
  }

  /** Percent-encoded. @throws AwsError NoSuchEntity */
  inline(holder: PolicyHolder, name = ''): string {
    const document = holder.inlinePolicies.get(name);
    if (document === undefined) {
      throw noSuchEntity(`The ${this.#noun} policy with name ${name} cannot be found.`);
    }
    return encodedDocument(document);
  }

  delete(holder: PolicyHolder, name = ''): void {
    this.inline(holder, name);
    holder.inlinePolicies.delete(name);
  }

  names(holder: PolicyHolder, paging: Paging) {
    const { items, ...rest } = listing([...holder.inlinePolicies.keys()].sort(), paging);
    return { PolicyNames: items, ...rest };
  }

  attach(holder: PolicyHolder, arn: string | undefined): void {
    holder.attachedArns.add(this.#store.policy(arn).arn);
  }

  detach(holder: PolicyHolder, arn = ''): void {
    if (!holder.attachedArns.delete(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
  }

  attached(holder: PolicyHolder, pathPrefix: string, paging: Paging) {
    const policies = [...holder.attachedArns].map((arn) => this.#store.policy(arn));
    const { items, ...rest } = listing(
      policies.filter(({ path }) => path.startsWith(pathPrefix)),
      paging,
    );
    return {
      AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
      ...rest,
    };
  }
}
