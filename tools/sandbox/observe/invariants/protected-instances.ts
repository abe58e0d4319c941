import { Checks, type Invariant } from './invariant.ts';

const TERMINATING = new Set(['autoscaling:TerminateInstanceInAutoScalingGroup', 'ec2:TerminateInstances']);

/** The control plane terminates no instance that is protected from scale-in, in standby, or in no group. */
export function protectedStay(): Invariant {
  const checks = new Checks();
  const untouchable = new Map<string, string>();
  return {
    see(entry) {
      if (entry.kind === 'instance') {
        const why = reasonToStay(entry);
        if (why === undefined) untouchable.delete(entry.id);
        else untouchable.set(entry.id, why);
      }
      if (entry.kind !== 'api-call' || entry.principal.kind !== 'role' || !TERMINATING.has(entry.action))
        return;
      for (const id of instancesOf(entry.input)) {
        const why = untouchable.get(id);
        checks.expect(why === undefined, () => `${id}, ${why ?? ''}, was to be terminated`);
      }
    },
    verdict: () => checks.verdict('protected-instances-stay'),
  };
}

function reasonToStay(entry: {
  group?: string;
  lifecycle?: string;
  isProtected?: boolean;
}): string | undefined {
  if (entry.group === undefined) return 'in no group';
  if (entry.isProtected === true) return 'protected from scale-in';
  return entry.lifecycle === 'Standby' ? 'in standby' : undefined;
}

function instancesOf(input: unknown): string[] {
  const { InstanceId, InstanceIds } = input as { InstanceId?: string; InstanceIds?: string[] };
  return [...(InstanceId === undefined ? [] : [InstanceId]), ...(InstanceIds ?? [])];
}
