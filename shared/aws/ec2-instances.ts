import {
  DescribeInstancesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import type { Filter, Instance } from '@aws-sdk/client-ec2';
import type { Instant } from '../domain/index.ts';
import type { Instances } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isGone } from './errors.ts';

/** What of a console fits into a story. */
const TAIL = 800;

/** Instances, by the API of EC2. */
export function ec2Instances(client = new EC2Client(CLIENT_OPTIONS)): Instances {
  return {
    tagged: (group, tag) => tagged(client, group, tag),
    launchTimes: (group) => launchTimes(client, group),
    state: async (instance) => {
      const answer = await whereItExists(() =>
        client.send(new DescribeInstancesCommand({ InstanceIds: [instance] })),
      );
      return answer?.Reservations?.[0]?.Instances?.[0]?.State?.Name;
    },
    consoleTail: async (instance) => {
      const answer = await whereItExists(() =>
        client.send(new GetConsoleOutputCommand({ InstanceId: instance })),
      );
      return tailOf(Buffer.from(answer?.Output ?? '', 'base64').toString('utf8'));
    },
  };
}

async function tagged(client: EC2Client, group: string, tag: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const instance of membersOf(client, group, { Name: 'tag-key', Values: [tag] }))
    if (instance.InstanceId !== undefined && isMarked(instance, tag)) found.add(instance.InstanceId);
  return found;
}

async function launchTimes(client: EC2Client, group: string): Promise<ReadonlyMap<string, Instant>> {
  const found = new Map<string, Instant>();
  for await (const { InstanceId, LaunchTime } of membersOf(client, group))
    if (InstanceId !== undefined && LaunchTime !== undefined) found.set(InstanceId, LaunchTime.getTime());
  return found;
}

/** The instances of a group that a further filter lets through. */
async function* membersOf(client: EC2Client, group: string, ...filters: Filter[]): AsyncGenerator<Instance> {
  const Filters = [{ Name: 'tag:aws:autoscaling:groupName', Values: [group] }, ...filters];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters }))
    yield* Reservations.flatMap(({ Instances = [] }) => Instances);
}

function isMarked({ Tags = [] }: Instance, tag: string): boolean {
  return Tags.some(({ Key, Value }) => Key === tag && Value?.toLowerCase() !== 'false');
}

/** An instance that is gone has no state and no console: that is an answer, not an error. */
async function whereItExists<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Whole lines of the end, without what a terminal would not show. */
function tailOf(text: string): string {
  const plain = text.replace(/\u001b\[[0-9;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f]/g, '').trimEnd();
  if (plain.length <= TAIL) return plain;
  const tail = plain.slice(-TAIL);
  return tail.slice(tail.indexOf('\n') + 1);
}
