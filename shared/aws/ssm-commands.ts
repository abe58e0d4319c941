import {
  GetCommandInvocationCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { GetCommandInvocationCommandOutput } from '@aws-sdk/client-ssm';
import type { Seconds } from '../domain/index.ts';
import type { CommandResult, Commands } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isInvocationUnknown, isUnmanagedInstance } from './errors.ts';

const RUNNING = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);
/** Details of a failure by which the command has never run to its end on the instance. */
const NEVER_RAN = new Set([
  'Undeliverable',
  'Terminated',
  'DeliveryTimedOut',
  'InvalidPlatform',
  'AccessDenied',
]);
const MAX_COMMENT = 100;
const MAX_OUTPUT = 1000;
/** What the document gives a command of which nothing is said. */
const HOUR: Seconds = 3600;
/** The most of AWS-RunShellScript's `executionTimeout`: 48 hours, as the longest hook. */
const MAX_TIMEOUT: Seconds = 172_800;

/** Shell commands by Systems Manager's document AWS-RunShellScript. */
export function ssmCommands(client = new SSMClient(CLIENT_OPTIONS)): Commands {
  return {
    send: async (instance, command, comment, mayTake = HOUR) => {
      try {
        const { Command } = await client.send(
          new SendCommandCommand({
            DocumentName: 'AWS-RunShellScript',
            InstanceIds: [instance],
            Parameters: { commands: [command], executionTimeout: [timeout(mayTake)] },
            Comment: comment.slice(0, MAX_COMMENT),
          }),
        );
        return Command?.CommandId;
      } catch (error) {
        if (isUnmanagedInstance(error)) return undefined;
        throw error;
      }
    },
    find: async (instance, comment) => {
      const { Commands: sent = [] } = await client.send(new ListCommandsCommand({ InstanceId: instance }));
      return sent.find(({ Comment }) => Comment === comment.slice(0, MAX_COMMENT))?.CommandId;
    },
    result: async (commandId, instance) => {
      try {
        return resultOf(
          await client.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instance })),
        );
      } catch (error) {
        if (isInvocationUnknown(error)) return { status: 'running' };
        throw error;
      }
    },
  };
}

/** The document's `executionTimeout`, in whole seconds. */
function timeout(mayTake: Seconds): string {
  return String(Math.min(Math.max(1, Math.ceil(mayTake)), MAX_TIMEOUT));
}

function resultOf(invocation: GetCommandInvocationCommandOutput): CommandResult {
  const { Status = 'Pending', StatusDetails = Status, ResponseCode = -1 } = invocation;
  if (RUNNING.has(Status)) return { status: 'running' };
  if (NEVER_RAN.has(StatusDetails)) return { status: 'unreachable', reason: StatusDetails };
  const { StandardOutputContent = '', StandardErrorContent = '' } = invocation;
  if (Status === 'Success') return { status: 'succeeded', output: StandardOutputContent.slice(-MAX_OUTPUT) };
  // What went wrong is mostly said in errors, and the last of it says most.
  const output = `${StandardOutputContent}${StandardErrorContent}`.slice(-MAX_OUTPUT);
  return { status: 'failed', exitCode: ResponseCode, output };
}
