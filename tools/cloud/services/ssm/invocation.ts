import type { CommandInvocationStatus } from '@aws-sdk/client-ssm';
import type { Cancel, Instant } from '../../kernel/index.ts';

export type InvocationStatus = Extract<
  CommandInvocationStatus,
  'Pending' | 'InProgress' | 'Success' | 'Failed' | 'TimedOut' | 'Cancelled'
>;

/** A command on one instance. */
export interface Invocation {
  readonly commandId: string;
  readonly instanceId: string;
  status: InvocationStatus;
  /** The status in more words: `ExecutionTimedOut`, `DeliveryTimedOut`. */
  details: string;
  /** Exit code of the script; -1 as long as there is none. */
  responseCode: number;
  stdout: string;
  stderr: string;
  startedAt: Instant | undefined;
  endedAt: Instant | undefined;
  /** Kills what runs and calls off what is due. */
  cancel: Cancel;
}

/** A command with its invocations, by instance. */
export interface CommandRecord {
  readonly id: string;
  readonly documentName: string;
  readonly parameters: Record<string, string[]>;
  readonly instanceIds: readonly string[];
  readonly targets: { Key?: string | undefined; Values?: string[] | undefined }[];
  readonly comment: string;
  readonly requestedAt: Instant;
  /** How long the command may take to reach an instance, in seconds. */
  readonly deliveryTimeout: number;
  /** How long it may run there, in seconds. */
  readonly executionTimeout: number;
  readonly invocations: Map<string, Invocation>;
}

export function isOver({ status }: Invocation): boolean {
  return status !== 'Pending' && status !== 'InProgress';
}

const WORST_FIRST: readonly InvocationStatus[] = ['TimedOut', 'Failed', 'Cancelled', 'Success'];

/** A command's status: in progress until all of its invocations are over, then the worst of theirs. */
export function commandStatus(command: CommandRecord): InvocationStatus {
  const invocations = [...command.invocations.values()];
  if (invocations.every(({ status }) => status === 'Pending')) return 'Pending';
  if (!invocations.every(isOver)) return 'InProgress';
  return WORST_FIRST.find((status) => invocations.some((one) => one.status === status)) ?? 'Success';
}
