import type { Instant, Kernel } from '../../kernel/index.ts';

/** An email as its reader sees it. */
export interface Email {
  readonly at: Instant;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
}

/** How many emails are kept: a long run sends many, and the journal tells of each. */
const MOST_EMAILS = 1000;

/** Where the cloud's emails end up instead of with people. */
export class Mailbox {
  readonly #kernel: Kernel;
  readonly #emails: Email[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  receive(to: string, subject: string, body: string): void {
    this.#emails.push({ at: this.#kernel.clock.now(), to, subject, body });
    if (this.#emails.length > MOST_EMAILS) this.#emails.shift();
    this.#kernel.journal.record({ kind: 'email', to, subject, body });
  }

  /** The last emails, oldest first: all, or those to one address. */
  messages(address?: string): readonly Email[] {
    return this.#emails.filter((email) => address === undefined || email.to === address);
  }
}
