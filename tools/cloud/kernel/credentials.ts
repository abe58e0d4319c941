import type { Ids } from './ids.ts';
import type { Principal } from './service.ts';

/** A set of keys as AWS clients want them. */
export interface AccessKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const ACCOUNT: Principal = { kind: 'account' };

/** Who holds which access key. Keys that nobody was given are the account's own: its user chose them freely. */
export class Credentials {
  readonly #ids: Ids;
  readonly #holders = new Map<string, Principal>();

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  /** Gives a principal temporary keys: a Lambda execution environment, a session of AssumeRole. */
  issue(principal: Principal): AccessKeys {
    const accessKeyId = `ASIA${this.#ids.alphanumeric(16)}`;
    this.#holders.set(accessKeyId, principal);
    return {
      accessKeyId,
      secretAccessKey: this.#ids.hex(40),
      sessionToken: Buffer.from(this.#ids.hex(64)).toString('base64'),
    };
  }

  /** Takes keys back, as when an execution environment ends; they then count as unknown. */
  revoke(accessKeyId: string): void {
    this.#holders.delete(accessKeyId);
  }

  /** @param accessKeyId undefined for unsigned requests */
  holder(accessKeyId: string | undefined): Principal {
    return (accessKeyId === undefined ? undefined : this.#holders.get(accessKeyId)) ?? ACCOUNT;
  }
}
