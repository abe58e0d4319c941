import type { Context } from 'aws-lambda';
import type { WaitsFor } from '../../../kernel/index.ts';

/** How Lambda reports an error: the payload of an invocation with FunctionError. */
export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What an execution environment is started with. */
export interface EnvironmentData {
  /** The cloud's `now` in epoch milliseconds, shared by all threads. */
  readonly sharedNow: SharedArrayBuffer;
  /** How much time the cloud has had: see pulse.ts. */
  readonly sharedPulse: SharedArrayBuffer;
  /** Where the deployment package lies unpacked. */
  readonly folder: string;
  /** `file.export`, with folders before the file where there are any. */
  readonly handler: string;
  readonly jsonLogs: boolean;
  /** What chance follows from until the first invocation: unlike that of any other environment. */
  readonly seed: string;
  readonly isDurable: boolean;
}

/** The part of an invocation's context that is data. */
export type InvocationContext = Omit<Context, 'getRemainingTimeInMillis' | 'done' | 'fail' | 'succeed'>;

/** From the cloud to the environment: run the handler once. `deadline` is in the cloud's time. */
export interface InvokeMessage {
  readonly kind: 'invoke';
  readonly payload: string;
  /** What all that the handler draws follows from. */
  readonly chance: string;
  readonly context: InvocationContext;
  readonly deadline: number;
}

/** From the cloud to the environment: answer as soon as nothing else is to be done. */
export interface SettleMessage {
  readonly kind: 'settle';
  /** The answer bears the same. */
  readonly number: number;
  /** What the newest request has turned out to wait for: the next one need not wait for a late reply. */
  readonly newest: WaitsFor | undefined;
}

/** From the cloud to the environment that has said that it sleeps. */
export interface WakeMessage {
  readonly kind: 'wake';
  /** False when nobody moves the cloud's time: the timers of this invocation take the machine's. */
  readonly slept: boolean;
}

/** From the environment to the cloud. */
export type EnvironmentMessage =
  | { readonly kind: 'ready' }
  /** `waits`: nothing else is to be done; false when the next request was sent instead. */
  | { readonly kind: 'settled'; readonly number: number; readonly waits: boolean }
  /** Nothing else is to be done until the earliest of the timers, so many milliseconds of the cloud's time from now. */
  | { readonly kind: 'sleeps'; readonly milliseconds: number }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'threw'; readonly error: RuntimeError }
  /** The process ends: no later invocation can be run here. */
  | { readonly kind: 'crashed'; readonly error: RuntimeError };
