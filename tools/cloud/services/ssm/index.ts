import type { SSM } from '@aws-sdk/client-ssm';
import type { Kernel, Operations, Service } from '../../kernel/index.ts';
import type { Shell } from '../../simulation/shell.ts';
import type { Ec2Service } from '../ec2/api.ts';
import { commandOperations } from './command-operations.ts';
import { Commands } from './commands.ts';
import { ManagedInstances } from './managed-instances.ts';
import { parameterOperations } from './parameter-operations.ts';
import type { ParameterStore } from './parameters.ts';
import { standing } from './standing.ts';

export { ParameterStore } from './parameters.ts';

export interface SsmPorts {
  /** Made before EC2, which publishes its public images there. */
  readonly parameters: ParameterStore;
  readonly ec2: Pick<Ec2Service, 'instance' | 'instances' | 'party' | 'reachability'>;
  readonly shell: Pick<Shell, 'run'>;
}

export interface SsmService extends Service {
  /** A parameter's value, decrypted, by name, `name:version` or ARN; undefined where there is none. */
  parameter(name: string): string | undefined;
}

/** Systems Manager: parameters, and commands on instances. */
export function createSsm(kernel: Kernel, { parameters, ec2, shell }: SsmPorts): SsmService {
  const instances = new ManagedInstances(kernel.clock, ec2);
  const commands = new Commands(kernel, { ec2, shell, instances });
  return {
    client: '@aws-sdk/client-ssm',
    standing,
    operations: {
      ...parameterOperations(kernel, parameters),
      ...commandOperations(commands, instances),
    } satisfies Operations<SSM>,
    parameter: (name) => parameters.value(name),
  };
}
