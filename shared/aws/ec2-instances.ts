import { EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { Instance } from '@aws-sdk/client-ec2';
import type { Instances } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';

/** Instances, by the API of EC2. */
export function ec2Instances(client = new EC2Client(CLIENT_OPTIONS)): Instances {
  return {
    tagged: async (group, tag) => {
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
    },
  };
}

function isMarked({ Tags = [] }: Instance, tag: string): boolean {
  return Tags.some(({ Key, Value }) => Key === tag && Value?.toLowerCase() !== 'false');
}
