import type { Cloud } from '../cloud.ts';
import type { InstanceRecord } from '../services/ec2/api.ts';
import type { Application } from '../simulation/application.ts';
import { HealthProbes } from './health-probes.ts';
import { RealInstance, type RealInstancePorts } from './real-instance.ts';
import type { Command } from './server-process.ts';

export type { Command } from './server-process.ts';

export interface RealFleet {
  /** Which instances run as processes, by what is known of them when they start. */
  readonly isMeant: (instance: InstanceRecord) => boolean;
  readonly command: Command;
  /** What each instance gets a copy of in place of a disk: commands sent to it are then run for real, and find it there. */
  readonly root?: string;
  /** Virtual seconds from SIGTERM to SIGKILL: 90, as systemd has it. */
  readonly graceSeconds?: number;
  /** Told of each line that a process writes. */
  readonly onLine?: (instanceId: string, line: string) => void;
}

export interface RealInstances {
  /** The port of an instance's process on 127.0.0.1, while it runs. */
  portOf(instanceId: string): number | undefined;
  /** Tells how many requests an instance has under way, for whoever lets time go on beside them. */
  noteLoad(instanceId: string, outstanding: number): void;
  /** Ends all processes. */
  close(): Promise<void>;
}

/**
 * Lets instances that are meant run a real server each, instead of the simulated application: from the moment at which
 * they have booted until they end. The process has the instance's identity by a metadata service of its own, and its
 * role's keys. Time stands still while one starts.
 */
export function runForReal(cloud: Cloud, fleet: RealFleet): RealInstances {
  const { applications, services } = cloud;
  const instances = new Map<string, RealInstance>();
  const ports = portsFor(cloud, fleet);
  const follow = (application: Application) => {
    const { instance } = application;
    if (application.server === undefined && instance.state !== 'terminated' && fleet.isMeant(instance)) {
      const real = new RealInstance(application, ports);
      application.server = real;
      instances.set(instance.id, real);
    }
    instances.get(instance.id)?.follow();
  };
  for (const application of applications.values()) follow(application);
  applications.onChange(follow);
  services.ec2.onStateChange(({ instance, to }) => {
    if (to !== 'terminated') return;
    void instances.get(instance.id)?.close();
    instances.delete(instance.id);
  });
  const probes = new HealthProbes(cloud.kernel, { elb: services.elb, applications });
  for (const id of instances.keys()) probes.followAll(id);
  return {
    portOf: (instanceId) => instances.get(instanceId)?.port,
    noteLoad: (instanceId, outstanding) => instances.get(instanceId)?.noteLoad(outstanding),
    close: async () => {
      await Promise.all([...instances.values()].map((instance) => instance.close()));
    },
  };
}

function portsFor(cloud: Cloud, { command, root, graceSeconds = 90, onLine }: RealFleet): RealInstancePorts {
  const { kernel, credentials, applications, services } = cloud;
  return {
    kernel,
    command,
    root,
    endpoint: cloud.endpoint,
    graceMs: graceSeconds * 1000,
    keysFor: ({ instance }) => {
      const name = services.iam.roleOfProfile(instance.instanceProfile ?? '');
      if (name === undefined) return undefined;
      return { name, keys: credentials.issue({ kind: 'role', roleName: name, session: instance.id }) };
    },
    revoke: ({ accessKeyId }) => credentials.revoke(accessKeyId),
    onChange: (application) => applications.touch(application),
    onLine: onLine ?? (() => undefined),
  };
}
