import {
  DescribeInstancesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import type { Instance } from '@aws-sdk/client-ec2';
import type { Instances } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isGone } from './errors.ts';

/** What of a console fits into a story. */
const TAIL = 800;

/** Instances, by the API of EC2. */
export function ec2Instances(client = new EC2Client(CLIENT_OPTIONS)): Instances {
  return {
    tagged: (group, tag) => tagged(client, group, tag),
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
  const Filters = [
    { Name: 'tag:aws:autoscaling:groupName', Values: [group] },
    { Name: 'tag-key', Values: [tag] },
  ];
  const found = new Set<string>();
  for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters })) {
    for (const instance of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      if (instance.InstanceId !== undefined && isMarked(instance, tag)) found.add(instance.InstanceId);
    }
  }
  return found;
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
