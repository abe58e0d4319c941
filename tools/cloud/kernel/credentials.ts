import type { Instant } from './clock.ts';
import type { Ids } from './ids.ts';
import type { Principal } from './service.ts';

/** A set of temporary keys as AWS clients want them. */
export interface AccessKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Whose an access key is, and what proves it. */
export interface Holder {
  readonly principal: Principal;
  readonly secretAccessKey: string;
  /** Of temporary keys: requests must bring it. */
  readonly sessionToken?: string;
  /** When temporary keys cease to hold. Without it they hold until they are revoked. */
  readonly expiresAt?: Instant;
}

/** Keys of the account's own user, for whoever has no reason to choose others. */
export const ACCOUNT_KEYS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** What AWS names access keys like: only the cloud itself can have issued one. */
const ISSUED = /^A(?:KI|SI)A[A-Z0-9]{16}$/;

/**
 * Who holds which access key. A name that AWS would not give an access key is the account's own user's: it is its own
 * secret, as in `local`, `local`.
 */
export class Credentials {
  readonly #ids: Ids;
  readonly #holders = new Map<string, Holder>();

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  /**
   * Gives a principal temporary keys: a Lambda execution environment, a session of AssumeRole.
   *
   * @param expiresAt when they cease to hold; without it, when they are revoked
   */
  issue(principal: Principal, expiresAt?: Instant): AccessKeys {
    const accessKeyId = `ASIA${this.#ids.alphanumeric(16)}`;
    const keys = {
      secretAccessKey: this.#ids.hex(40),
      sessionToken: Buffer.from(this.#ids.hex(64)).toString('base64'),
    };
    this.#holders.set(accessKeyId, { principal, ...keys, ...(expiresAt !== undefined && { expiresAt }) });
    return { accessKeyId, ...keys };
  }

  /** Gives a user keys that hold until they are revoked. */
  issueLongTerm(principal: Principal): Omit<AccessKeys, 'sessionToken'> {
    const accessKeyId = `AKIA${this.#ids.alphanumeric(16)}`;
    const secretAccessKey = this.#ids.hex(40);
    this.#holders.set(accessKeyId, { principal, secretAccessKey });
    return { accessKeyId, secretAccessKey };
  }

  /** Takes keys back, as when an access key is deleted; they then count as unknown. */
  revoke(accessKeyId: string): void {
    this.#holders.delete(accessKeyId);
  }

  /** Gives keys that were taken back again: an access key that was inactive. */
  restore(accessKeyId: string, holder: Holder): void {
    this.#holders.set(accessKeyId, holder);
  }

  /** Undefined for keys that were never issued, or were taken back. */
  holder(accessKeyId: string): Holder | undefined {
    const issued = this.#holders.get(accessKeyId);
    if (issued !== undefined || ISSUED.test(accessKeyId)) return issued;
    return { principal: { kind: 'account' }, secretAccessKey: accessKeyId };
  }
}
