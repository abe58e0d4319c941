import type {
  DescribeInstancesRequest,
  DescribeInstanceStatusRequest,
  EC2,
  InstanceStateChange,
} from '@aws-sdk/client-ec2';
import { AwsError, page, type Kernel, type Operations } from '../../kernel/index.ts';
import type { InstanceState } from './api.ts';
import { passes } from './filters.ts';
import { Idempotency } from './idempotency.ts';
import { instanceAttributeOperations } from './instance-attributes.ts';
import { INSTANCE_FILTERS, statusShape, wireState } from './instance-view.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import type { LaunchTemplates } from './launch-templates.ts';
import type { Launcher } from './launcher.ts';
import type { Network } from './network.ts';
import { reservationShape, runInstances } from './run-instances.ts';

export interface InstanceParts {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly instances: Instances;
  readonly templates: LaunchTemplates;
  readonly launcher: Launcher;
}

export function instanceOperations(parts: InstanceParts) {
  const { kernel, instances, templates, launcher } = parts;
  const runs = new Idempotency<ReturnType<typeof runInstances>>();
  return {
    ...instanceAttributeOperations(parts),
    RunInstances: (input) => {
      const run = runs.once(input.ClientToken, input, () => runInstances(kernel, templates, launcher, input));
      return reservationShape(kernel, run.reservationId, run.instances);
    },
    DescribeInstances: (input) => describeInstances(parts, input),
    DescribeInstanceStatus: (input) => describeStatus(parts, input),
    TerminateInstances: (input) => ({
      TerminatingInstances: each(parts, input.InstanceIds, (instance) => {
        if (instance.settings.isTerminationDisabled)
          throw new AwsError(
            'OperationNotPermitted',
            `The instance '${instance.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
          );
        instances.terminate(instance.id);
      }),
    }),
    StopInstances: (input) => ({
      StoppingInstances: each(parts, input.InstanceIds, (instance) =>
        instances.stop(instance.id, { hibernates: input.Hibernate ?? false }),
      ),
    }),
    StartInstances: (input) => ({
      StartingInstances: each(parts, input.InstanceIds, (instance) => instances.restart(instance.id)),
    }),
    RebootInstances: (input) => {
      each(parts, input.InstanceIds, (instance) => instances.reboot(instance.id));
      return {};
    },
    GetConsoleOutput: (input) => {
      const instance = instances.get(input.InstanceId ?? '');
      return {
        InstanceId: instance.id,
        Timestamp: kernel.clock.date(),
        Output: Buffer.from(consoleOutput(instance, kernel.clock.now())).toString('base64'),
      };
    },
  } satisfies Operations<EC2>;
}

/** Does something to all instances, or to none if one of them is unknown. */
function each(
  { instances }: InstanceParts,
  ids: readonly string[] | undefined,
  act: (instance: Instance) => void,
): InstanceStateChange[] {
  const known = (ids ?? []).map((id) => instances.get(id));
  return known.map((instance) => {
    const before: InstanceState = instance.state;
    act(instance);
    return {
      InstanceId: instance.id,
      PreviousState: wireState(before),
      CurrentState: wireState(instance.state),
    };
  });
}

/** EC2 gives at most this many instances a page when asked for pages at all. */
const MOST_A_PAGE = 1000;

function describeInstances({ kernel, instances }: InstanceParts, input: DescribeInstancesRequest) {
  const asked = input.InstanceIds?.length
    ? input.InstanceIds.map((id) => instances.get(id))
    : [...instances.values()];
  const passing = asked.filter((instance) =>
    passes(instance, instance.tags, input.Filters, INSTANCE_FILTERS),
  );
  const { items, nextToken } = page(passing, input.NextToken, input.MaxResults ?? MOST_A_PAGE);
  const reservations = Map.groupBy(items, (instance) => instance.facts.reservationId);
  return {
    Reservations: [...reservations].map(([id, members]) => reservationShape(kernel, id, members)),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

function describeStatus({ kernel, instances }: InstanceParts, input: DescribeInstanceStatusRequest) {
  const asked = input.InstanceIds?.length
    ? input.InstanceIds.map((id) => instances.get(id))
    : [...instances.values()];
  const shown = asked
    .filter((instance) => input.IncludeAllInstances === true || instance.state === 'running')
    .map((instance) => ({ instance, status: statusShape(instance, kernel.clock.now()) }))
    .filter((one) =>
      passes(one, one.instance.tags, input.Filters, {
        'availability-zone': ({ instance }) => instance.zone,
        'instance-state-name': ({ instance }) => instance.state,
        'instance-status.status': ({ status }) => status.InstanceStatus?.Status,
        'instance-status.reachability': ({ status }) => status.InstanceStatus?.Details?.[0]?.Status,
        'system-status.status': ({ status }) => status.SystemStatus?.Status,
        'system-status.reachability': ({ status }) => status.SystemStatus?.Details?.[0]?.Status,
      }),
    );
  const { items, nextToken } = page(shown, input.NextToken, input.MaxResults ?? MOST_A_PAGE);
  return {
    InstanceStatuses: items.map(({ status }) => status),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

function consoleOutput(instance: Instance, now: number): string {
  const lines = ['Amazon Linux 2023', `ip-${instance.privateIp.replaceAll('.', '-')} login:`];
  if (instance.readyAt !== undefined && instance.readyAt <= now) lines.push('application: ready');
  if (instance.facts.imageFault !== undefined) lines.push('application: failed to start');
  return `${lines.join('\n')}\n`;
}
