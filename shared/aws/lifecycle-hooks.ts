import { AutoScalingClient, DescribeLifecycleHooksCommand } from '@aws-sdk/client-auto-scaling';
import type { LifecycleHook as AwsHook } from '@aws-sdk/client-auto-scaling';
import type { Seconds } from '../domain/index.ts';
import type { Hooks, LifecycleHook } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isGone } from './errors.ts';
import type { Looks } from './shared-looks.ts';
import { ownLooks } from './shared-looks.ts';

/** AWS's own values for what a hook does not say. */
const DEFAULT_HEARTBEAT = 3600;
const DEFAULT_GLOBAL = 172_800;

/** Hooks are changed by deployments only. */
const FRESH: Seconds = 60;

/** Lifecycle hooks, by the API of EC2 Auto Scaling. */
export function lifecycleHooks(
  client = new AutoScalingClient(CLIENT_OPTIONS),
  looks: Looks = ownLooks,
): Hooks {
  return { of: (group) => looks(`hooks#${group}`, FRESH, () => hooksOf(client, group)) };
}

async function hooksOf(client: AutoScalingClient, group: string): Promise<readonly LifecycleHook[]> {
  try {
    const answer = await client.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName: group }));
    return (answer.LifecycleHooks ?? []).map(hookOf);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function hookOf(described: AwsHook): LifecycleHook {
  const isLaunch = described.LifecycleTransition === 'autoscaling:EC2_INSTANCE_LAUNCHING';
  return {
    name: described.LifecycleHookName ?? '',
    transition: isLaunch ? 'launching' : 'terminating',
    heartbeatTimeout: described.HeartbeatTimeout ?? DEFAULT_HEARTBEAT,
    globalTimeout: described.GlobalTimeout ?? DEFAULT_GLOBAL,
  };
}
