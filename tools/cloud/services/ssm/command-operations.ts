import type {
  Command,
  CommandInvocation,
  DescribeInstanceInformationRequest,
  GetCommandInvocationRequest,
  ListCommandInvocationsRequest,
  ListCommandsRequest,
  SSM,
} from '@aws-sdk/client-ssm';
import { AwsError, page, type Operations } from '../../kernel/index.ts';
import type { InstanceRecord } from '../ec2/api.ts';
import type { Commands } from './commands.ts';
import { commandStatus, isOver, type CommandRecord, type Invocation } from './invocation.ts';
import type { ManagedInstances } from './managed-instances.ts';

const A_PAGE = 50;
const PLUGIN = 'aws:runShellScript';

export function commandOperations(commands: Commands, instances: ManagedInstances) {
  return {
    SendCommand: (input) => ({ Command: commandShape(commands.send(input)) }),
    GetCommandInvocation: (input) => getInvocation(commands, input),
    ListCommands: (input) => listCommands(commands, input),
    ListCommandInvocations: (input) => listInvocations(commands, input),
    CancelCommand: (input) => {
      commands.cancel(commands.get(input.CommandId), input.InstanceIds);
      return {};
    },
    DescribeInstanceInformation: (input) => describeInstances(instances, input),
  } satisfies Operations<SSM>;
}

function commandShape(command: CommandRecord): Command {
  const invocations = [...command.invocations.values()];
  const status = commandStatus(command);
  return {
    CommandId: command.id,
    DocumentName: command.documentName,
    DocumentVersion: '$DEFAULT',
    Comment: command.comment,
    ExpiresAfter: new Date(command.requestedAt + (command.deliveryTimeout + command.executionTimeout) * 1000),
    Parameters: command.parameters,
    InstanceIds: [...command.instanceIds],
    Targets: command.targets,
    RequestedDateTime: new Date(command.requestedAt),
    Status: status,
    StatusDetails: status,
    TargetCount: invocations.length,
    CompletedCount: invocations.filter(isOver).length,
    ErrorCount: invocations.filter((one) => one.status === 'Failed' || one.status === 'TimedOut').length,
    DeliveryTimedOutCount: invocations.filter((one) => one.details === 'DeliveryTimedOut').length,
    TimeoutSeconds: command.deliveryTimeout,
    MaxConcurrency: '50',
    MaxErrors: '0',
  };
}

function getInvocation(commands: Commands, input: GetCommandInvocationRequest) {
  const command = commands.get(input.CommandId);
  const invocation = command.invocations.get(input.InstanceId ?? '');
  if (invocation === undefined) throw new AwsError('InvocationDoesNotExist', '');
  if (input.PluginName !== undefined && input.PluginName !== PLUGIN)
    throw new AwsError('InvalidPluginName', `The plugin name '${input.PluginName}' is not valid.`);
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: '$DEFAULT',
    PluginName: PLUGIN,
    ResponseCode: invocation.responseCode,
    ExecutionStartDateTime: isoOrEmpty(invocation.startedAt),
    ExecutionElapsedTime: elapsed(invocation),
    ExecutionEndDateTime: isoOrEmpty(invocation.endedAt),
    Status: invocation.status,
    StatusDetails: invocation.details,
    StandardOutputContent: invocation.stdout,
    StandardOutputUrl: '',
    StandardErrorContent: invocation.stderr,
    StandardErrorUrl: '',
  };
}

function isoOrEmpty(instant: number | undefined): string {
  return instant === undefined ? '' : new Date(instant).toISOString();
}

/** An ISO 8601 duration: `PT12.5S`. */
function elapsed({ startedAt, endedAt }: Invocation): string {
  return startedAt === undefined || endedAt === undefined ? '' : `PT${(endedAt - startedAt) / 1000}S`;
}

function listCommands(commands: Commands, input: ListCommandsRequest) {
  const asked = input.CommandId === undefined ? commands.all() : [commands.get(input.CommandId)];
  const listed = asked
    .filter((command) => input.InstanceId === undefined || command.invocations.has(input.InstanceId))
    .filter((command) =>
      (input.Filters ?? []).every(({ key, value = '' }) =>
        filterValue(key, value, commandStatus(command), command),
      ),
    );
  const { items, nextToken } = page(listed, input.NextToken, input.MaxResults ?? A_PAGE);
  return {
    Commands: items.map(commandShape),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

function filterValue(
  key: string | undefined,
  value: string,
  status: string,
  command: CommandRecord,
): boolean {
  switch (key) {
    case 'Status':
      return status === value;
    case 'DocumentName':
      return command.documentName === value;
    case 'InvokedAfter':
      return command.requestedAt > Date.parse(value);
    case 'InvokedBefore':
      return command.requestedAt < Date.parse(value);
    default:
      throw new AwsError('InvalidFilterKey', `The filter key '${key ?? ''}' is not valid.`);
  }
}

function listInvocations(commands: Commands, input: ListCommandInvocationsRequest) {
  const asked = input.CommandId === undefined ? commands.all() : [commands.get(input.CommandId)];
  const listed = asked.flatMap((command) =>
    [...command.invocations.values()]
      .filter(({ instanceId }) => input.InstanceId === undefined || instanceId === input.InstanceId)
      .filter(({ status }) =>
        (input.Filters ?? []).every(({ key, value = '' }) => filterValue(key, value, status, command)),
      )
      .map((invocation) => invocationShape(command, invocation, input.Details === true)),
  );
  const { items, nextToken } = page(listed, input.NextToken, input.MaxResults ?? A_PAGE);
  return { CommandInvocations: items, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
}

function invocationShape(
  command: CommandRecord,
  invocation: Invocation,
  isDetailed: boolean,
): CommandInvocation {
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    InstanceName: '',
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: '$DEFAULT',
    RequestedDateTime: new Date(command.requestedAt),
    Status: invocation.status,
    StatusDetails: invocation.details,
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    CommandPlugins: isDetailed ? [pluginShape(invocation)] : [],
  };
}

function pluginShape(invocation: Invocation) {
  return {
    Name: PLUGIN,
    Status: invocation.status,
    StatusDetails: invocation.details,
    ResponseCode: invocation.responseCode,
    Output:
      invocation.stdout + (invocation.stderr === '' ? '' : `\n----------ERROR-------\n${invocation.stderr}`),
    ...(invocation.startedAt === undefined ? {} : { ResponseStartDateTime: new Date(invocation.startedAt) }),
    ...(invocation.endedAt === undefined ? {} : { ResponseFinishDateTime: new Date(invocation.endedAt) }),
  };
}

function describeInstances(instances: ManagedInstances, input: DescribeInstanceInformationRequest) {
  const filters = [
    ...(input.Filters ?? []).map(({ Key = '', Values = [] }) => ({ key: Key, values: Values })),
    ...(input.InstanceInformationFilterList ?? []).map(({ key = '', valueSet = [] }) => ({
      key,
      values: valueSet,
    })),
  ];
  const listed = instances
    .all()
    .filter((instance) =>
      filters.every(({ key, values }) => values.includes(informationValue(instances, instance, key))),
    );
  const { items, nextToken } = page(listed, input.NextToken, input.MaxResults ?? A_PAGE);
  return {
    InstanceInformationList: items.map((instance) => instances.describe(instance)),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

function informationValue(instances: ManagedInstances, instance: InstanceRecord, key: string): string {
  if (key.startsWith('tag:')) return instance.tags.get(key.slice('tag:'.length)) ?? '';
  const { PingStatus = '', PlatformType = '', ResourceType = '' } = instances.describe(instance);
  switch (key) {
    case 'InstanceIds':
      return instance.id;
    case 'PingStatus':
      return PingStatus;
    case 'PlatformTypes':
      return PlatformType;
    case 'ResourceType':
      return ResourceType;
    default:
      throw new AwsError('InvalidInstanceInformationFilterValue', `The filter '${key}' is not valid.`);
  }
}
