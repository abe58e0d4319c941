import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that EventBridge has here. */
export const standing = {
  CreateEventBus: 'real',
  DeleteEventBus: 'real',
  DeleteRule: 'real',
  DescribeEventBus: 'real',
  DescribeRule: 'real',
  DisableRule: 'real',
  EnableRule: 'real',
  ListEventBuses: 'real',
  ListRuleNamesByTarget: 'real',
  ListRules: 'real',
  ListTagsForResource: 'record',
  ListTargetsByRule: 'real',
  PutEvents: 'real',
  PutPermission: 'real',
  PutRule: 'real',
  PutTargets: 'real',
  RemovePermission: 'real',
  RemoveTargets: 'real',
  TagResource: 'record',
  TestEventPattern: 'real',
  UntagResource: 'real',
} satisfies StandingOf<EventBridge>;
