import type { SendCommandRequest } from '@aws-sdk/client-ssm';
import { arn, AwsError, type Kernel } from '../../kernel/index.ts';
import type { Shell } from '../../simulation/shell.ts';
import type { Ec2Service, InstanceRecord } from '../ec2/api.ts';
import {
  commandStatus,
  isOver,
  type CommandRecord,
  type Invocation,
  type InvocationStatus,
} from './invocation.ts';
import type { ManagedInstances } from './managed-instances.ts';

const SECOND = 1000;
/** How long a command takes to reach an agent that listens. */
const DELIVERY_MS = 1 * SECOND;
/** Defaults of SendCommand and of the document's own parameter, in seconds. */
const DEFAULT_TIMEOUT = 3600;
/** AWS shows a command for 30 days. */
const KEPT_MS = 30 * 24 * 3600 * SECOND;
/** GetCommandInvocation gives at most this much of each output. */
const OUTPUT_LENGTH = 24_000;

export interface CommandPorts {
  readonly ec2: Pick<Ec2Service, 'instance'>;
  readonly shell: Pick<Shell, 'run'>;
  readonly instances: ManagedInstances;
}

/** Commands sent to instances, and what has become of them on each. */
export class Commands {
  readonly #kernel: Kernel;
  readonly #on: CommandPorts;
  readonly #byId = new Map<string, CommandRecord>();

  constructor(kernel: Kernel, on: CommandPorts) {
    this.#kernel = kernel;
    this.#on = on;
  }

  send(input: SendCommandRequest): CommandRecord {
    if (input.DocumentName !== 'AWS-RunShellScript')
      throw new AwsError('InvalidDocument', `Document with name ${input.DocumentName ?? ''} does not exist.`);
    if (!input.Parameters?.['commands']?.length)
      throw new AwsError('InvalidParameters', 'Parameter "commands" must have at least one value.');
    const instances = this.#targets(input);
    const command: CommandRecord = {
      id: this.#kernel.ids.uuid(),
      documentName: input.DocumentName,
      parameters: input.Parameters,
      instanceIds: input.InstanceIds ?? [],
      targets: input.Targets ?? [],
      comment: input.Comment ?? '',
      requestedAt: this.#kernel.clock.now(),
      deliveryTimeout: input.TimeoutSeconds ?? DEFAULT_TIMEOUT,
      executionTimeout: Number(input.Parameters['executionTimeout']?.[0] ?? DEFAULT_TIMEOUT),
      invocations: new Map(),
    };
    this.#byId.set(command.id, command);
    this.#kernel.clock.after(KEPT_MS, () => this.#byId.delete(command.id));
    for (const instance of instances) this.#deliver(command, instance);
    return command;
  }

  /** @throws AwsError InvalidCommandId */
  get(id: string | undefined): CommandRecord {
    const command = this.#byId.get(id ?? '');
    if (command === undefined) throw new AwsError('InvalidCommandId', `Command ID ${id ?? ''} is not valid.`);
    return command;
  }

  /** Newest first, as AWS lists them. */
  all(): CommandRecord[] {
    return [...this.#byId.values()].reverse();
  }

  /** Cancels what has not ended, on the instances named or on all. */
  cancel(command: CommandRecord, instanceIds: readonly string[] | undefined): void {
    for (const invocation of command.invocations.values()) {
      const isMeant = !instanceIds?.length || instanceIds.includes(invocation.instanceId);
      if (isMeant && !isOver(invocation)) this.#finish(command, invocation, 'Cancelled', 'Cancelled');
    }
  }

  #targets(input: SendCommandRequest): readonly InstanceRecord[] {
    const { instances } = this.#on;
    if (input.InstanceIds?.length) return instances.require(input.InstanceIds);
    if (!input.Targets?.length)
      throw new AwsError('InvalidInstanceId', 'Neither instance IDs nor targets are specified.');
    return instances.all().filter((instance) =>
      (input.Targets ?? []).every(({ Key = '', Values = [] }) => {
        if (Key.toLowerCase() === 'instanceids') return Values.includes(instance.id);
        if (Key.startsWith('tag:')) return Values.includes(instance.tags.get(Key.slice('tag:'.length)) ?? '');
        if (Key === 'tag-key') return Values.some((key) => instance.tags.has(key));
        throw new AwsError('InvalidTarget', `The target key '${Key}' is not valid.`);
      }),
    );
  }

  #deliver(command: CommandRecord, { id: instanceId }: InstanceRecord): void {
    const { clock } = this.#kernel;
    const invocation: Invocation = {
      commandId: command.id,
      instanceId,
      status: 'Pending',
      details: 'Pending',
      responseCode: -1,
      stdout: '',
      stderr: '',
      startedAt: undefined,
      endedAt: undefined,
      cancel: () => undefined,
    };
    command.invocations.set(instanceId, invocation);
    const arrive = clock.after(DELIVERY_MS, () => {
      if (this.#isReachable(instanceId)) this.#execute(command, invocation);
    });
    const giveUp = clock.after(command.deliveryTimeout * SECOND, () =>
      this.#finish(command, invocation, 'TimedOut', 'DeliveryTimedOut'),
    );
    invocation.cancel = () => {
      arrive();
      giveUp();
    };
  }

  #isReachable(instanceId: string): boolean {
    const instance = this.#on.ec2.instance(instanceId);
    return instance?.state === 'running' && !instance.isImpaired && this.#on.instances.hasWay(instanceId);
  }

  #execute(command: CommandRecord, invocation: Invocation): void {
    invocation.cancel();
    invocation.startedAt = this.#kernel.clock.now();
    this.#change(command, invocation, 'InProgress', 'InProgress');
    const script = (command.parameters['commands'] ?? []).join('\n');
    const kill = this.#on.shell.run(invocation.instanceId, script, ({ exitCode, stdout, stderr }) => {
      // A script that was running when its instance went away reports to nobody.
      if (!this.#isReachable(invocation.instanceId)) return;
      invocation.responseCode = exitCode;
      invocation.stdout = stdout.slice(0, OUTPUT_LENGTH);
      invocation.stderr = stderr.slice(0, OUTPUT_LENGTH);
      const status = exitCode === 0 ? 'Success' : 'Failed';
      this.#finish(command, invocation, status, status);
    });
    const timeout = this.#kernel.clock.after(command.executionTimeout * SECOND, () =>
      this.#finish(command, invocation, 'TimedOut', 'ExecutionTimedOut'),
    );
    invocation.cancel = () => {
      kill();
      timeout();
    };
  }

  #finish(command: CommandRecord, invocation: Invocation, status: InvocationStatus, details: string): void {
    invocation.cancel();
    invocation.endedAt = this.#kernel.clock.now();
    this.#change(command, invocation, status, details);
    if ([...command.invocations.values()].every(isOver))
      this.#announce('EC2 Command Status-change Notification', command, commandStatus(command), {});
  }

  #change(command: CommandRecord, invocation: Invocation, status: InvocationStatus, details: string): void {
    invocation.status = status;
    invocation.details = details;
    this.#announce('EC2 Command Invocation Status-change Notification', command, status, {
      'instance-id': invocation.instanceId,
    });
  }

  #announce(
    detailType: string,
    command: CommandRecord,
    status: string,
    extra: Readonly<Record<string, string>>,
  ): void {
    const { account } = this.#kernel;
    this.#kernel.events.emit({
      source: 'aws.ssm',
      detailType,
      resources: Object.values(extra).map((id) => arn(account, 'ec2', `instance/${id}`)),
      detail: {
        'command-id': command.id,
        'document-name': command.documentName,
        'requested-date-time': new Date(command.requestedAt).toISOString(),
        status,
        ...extra,
      },
    });
  }
}
