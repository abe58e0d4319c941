import type { Tag } from '@aws-sdk/client-cloudwatch';

/** Tags by resource ARN. */
export class Tags {
  readonly #byArn = new Map<string, Map<string, string>>();

  add(arn: string, tags: readonly Tag[]): void {
    const known = this.#byArn.get(arn) ?? new Map<string, string>();
    for (const { Key, Value } of tags) known.set(Key ?? '', Value ?? '');
    this.#byArn.set(arn, known);
  }

  remove(arn: string, keys: readonly string[]): void {
    for (const key of keys) this.#byArn.get(arn)?.delete(key);
  }

  list(arn: string): { Key: string; Value: string }[] {
    return [...(this.#byArn.get(arn) ?? [])].map(([Key, Value]) => ({ Key, Value }));
  }

  /** The resource is gone. */
  forget(arn: string): void {
    this.#byArn.delete(arn);
  }
}
