import type { Instant } from './clock.ts';

/** What comes to the cloud from outside. Beside its seed and its start, nothing else decides what happens in it. */
export type Input =
  /** An HTTP request, as it came. */
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly url: string;
      readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
      readonly body: Buffer;
      /** The machine's time when it came. */
      readonly machineTime: Instant;
    }
  /** What came of something that was asked: how an invocation ended, what a webhook answered. Plain JSON. */
  | { readonly kind: 'answer'; readonly key: string; readonly answer: unknown }
  /** Time has passed, and nothing else. */
  | { readonly kind: 'time' };

/** Something that the cloud asks of what is outside of it, and whose answer no seed decides. */
export interface Question<Answer> {
  /** One question at a time is open under a key. */
  readonly key: string;
  readonly ask: () => Promise<Answer>;
  /** The answer when the cloud was restarted meanwhile; without it, the question is asked again. */
  readonly ifLost?: () => Answer;
}

/** The border of the cloud, where its inputs can be kept and played again. */
export interface Outside {
  /** Notes an input, at the moment at which the cloud takes it. */
  take(input: Input): void;
  /** Resolves once all that was taken is safe: what is told to anyone outside waits for it. */
  kept(): Promise<void>;
  /** Asks, and notes the answer. */
  ask<Answer>(question: Question<Answer>): Promise<Answer>;
}

/** Keeps nothing. */
export const forgetful: Outside = {
  take: () => undefined,
  kept: () => Promise.resolve(),
  ask: ({ ask }) => ask(),
};
