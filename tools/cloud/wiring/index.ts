import type { Rule as RuleView } from '@aws-sdk/client-eventbridge';
import { asking } from '../directory/ask.ts';
import type { Services } from '../directory/services.ts';
import type { Access } from '../iam/access.ts';
import type { Kernel } from '../kernel/index.ts';
import { arnParts } from '../kernel/index.ts';
import type { KmsService } from '../services/kms/index.ts';
import { refusedWires } from './audit.ts';
import type { RefusedWire } from './wire.ts';
import { listed, wiresOf } from './wires.ts';

export type { RefusedWire } from './wire.ts';

export interface WiringReport {
  /** How many wires there are. */
  readonly wires: number;
  readonly refused: readonly RefusedWire[];
  /** The rules of the default bus that wait for events. */
  readonly rules: readonly { readonly name: string; readonly arn: string; readonly pattern: string }[];
}

/** Looks at a deployment's wires from outside, at any time. */
export function wiringReporter(
  kernel: Kernel,
  services: Services & { readonly kms: KmsService },
  access: Access,
): () => WiringReport {
  const ask = asking(kernel);
  const attributes = (arn: string) => {
    const { service, resource } = arnParts(arn);
    const reply =
      service === 'sns'
        ? ask(services.sns, 'GetTopicAttributes', { TopicArn: arn })
        : ask(services.sqs, 'GetQueueAttributes', {
            QueueUrl: `/${resource}`,
            AttributeNames: ['KmsMasterKeyId'],
          });
    return (reply?.['Attributes'] ?? {}) as { KmsMasterKeyId?: string };
  };
  const parts = {
    account: kernel.account,
    access,
    keyOfResource: (arn: string) => attributes(arn).KmsMasterKeyId,
    key: (reference: string) => services.kms.key(reference),
  };
  return () => {
    const wires = wiresOf(services, ask);
    const rules = listed<RuleView>(ask, services.eventBridge, 'ListRules', 'Rules');
    return {
      wires: wires.length,
      refused: refusedWires(wires, parts),
      rules: rules.flatMap(({ Name: name = '', Arn: arn = '', EventPattern: pattern, State }) =>
        pattern === undefined || State === 'DISABLED' ? [] : [{ name, arn, pattern }],
      ),
    };
  };
}
