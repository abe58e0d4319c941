import { AwsError } from '../../kernel/index.ts';

/** What was made for a client token, so that a repeated request gets the same answer instead of a second thing. */
export class Idempotency<Made> {
  readonly #made = new Map<string, { request: string; made: Made }>();

  /** @throws AwsError IdempotentParameterMismatch when the token comes with another request */
  once(token: string | undefined, request: object, make: () => Made): Made {
    if (token === undefined || token === '') return make();
    const fingerprint = JSON.stringify(request);
    const before = this.#made.get(token);
    if (before === undefined) {
      const made = make();
      this.#made.set(token, { request: fingerprint, made });
      return made;
    }
    if (before.request !== fingerprint)
      throw new AwsError(
        'IdempotentParameterMismatch',
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    return before.made;
  }
}
