import type { EntryInput } from '../../cloud/weather/plan/schema.ts';
import { newImage } from './new-image.ts';
import { partOfDay, type Scenario } from './scenario.ts';

const FLEET_APIS = ['autoscaling', 'ec2', 'elasticloadbalancing', 'cloudwatch'];

/** A day on which nearly everything that can go wrong does, one thing after the other and some of them at once. */
export const storm: Scenario = {
  name: 'storm',
  description: 'throttles, stale reads, lost events, a brown-out, a zone outage, no capacity, Slack down',
  entries: (day) => {
    const hour = (hours: number) => partOfDay(hours / 24, day);
    const during = (from: number, hours: number) => ({ from: hour(from), for: hour(hours) });
    return [
      ...unreliableNews(during(0, 24)),
      ...apiTrouble(during),
      ...fleetTrouble(hour, during),
      ...slackTrouble(during),
    ];
  },
};

interface Window {
  readonly from: number;
  readonly for: number;
}
type During = (from: number, hours: number) => Window;

/** All day, reads are out of date and events come as they please. */
function unreliableNews(window: Window): EntryInput[] {
  return [
    { kind: 'stale', ...window, probability: 0.3, target: { service: FLEET_APIS, caller: 'role' } },
    { kind: 'event', ...window, probability: 0.1, fate: 'lost' },
    { kind: 'event', ...window, probability: 0.1, fate: 'doubled' },
    { kind: 'event', ...window, probability: 0.1, fate: 'late', after: { least: 60, most: 600 } },
    { kind: 'event', ...window, probability: 0.2, fate: 'shuffled', after: { most: 30 } },
    { kind: 'delivery', ...window, probability: 0.05, fate: 'lost', sender: '*:rule/*' },
    { kind: 'delivery', ...window, probability: 0.05, fate: 'late', sender: '*:rule/*', after: { most: 90 } },
    { kind: 'message', ...window, probability: 0.1 },
    { kind: 'invocation', ...window, probability: 0.1 },
  ];
}

/** Throttling in the morning, then a brown-out in which every second call fails, is slow, or leaves no reply. */
function apiTrouble(during: During): EntryInput[] {
  const roles = { service: FLEET_APIS, caller: 'role' } as const;
  const brownOut = during(8, 0.33);
  return [
    { kind: 'throttle', ...during(3, 0.5), probability: 0.3, target: roles },
    { kind: 'error', ...brownOut, probability: 0.3, code: 'ServiceUnavailable', target: roles },
    { kind: 'error', ...brownOut, probability: 0.2, target: roles },
    { kind: 'slow', ...brownOut, probability: 0.5, takes: { least: 1, most: 8 }, target: roles },
    { kind: 'refused', ...brownOut, probability: 0.05, target: roles },
    { kind: 'lost-reply', ...brownOut, probability: 0.1, target: roles },
    { kind: 'lost-reply', ...during(12, 4), probability: 0.05, target: roles },
    {
      kind: 'throttle',
      ...during(9, 0.2),
      target: { service: 'dynamodb', caller: 'role' },
      probability: 0.3,
    },
  ];
}

function fleetTrouble(hour: (hours: number) => number, during: During): EntryInput[] {
  return [
    { kind: 'death', from: hour(1.5) },
    { kind: 'hang', ...during(4, 1) },
    { kind: 'zone-outage', ...during(5.5, 1), zone: 'eu-central-1b' },
    { kind: 'no-capacity', ...during(6.8, 0.7), code: 'InsufficientInstanceCapacity', zone: 'eu-central-1a' },
    { kind: 'no-capacity', ...during(13, 0.5), code: 'VcpuLimitExceeded' },
    { kind: 'stuck-pending', ...during(13.6, 0.4), probability: 0.5 },
    { kind: 'slow-launches', ...during(14.2, 1), factor: 3 },
    newImage(hour(10.8)),
    { kind: 'impaired', ...during(15, 1) },
    { kind: 'rebalance-recommendation', from: hour(15.6) },
    { kind: 'reclaim', from: hour(16), count: 2 },
    { kind: 'reclaim', from: hour(17), warning: false },
    { kind: 'scheduled-change', from: hour(18) },
  ];
}

function slackTrouble(during: During): EntryInput[] {
  return [
    { kind: 'webhook', ...during(5, 2), status: 503 },
    { kind: 'webhook', ...during(7, 1), status: 429, retryAfter: 30, probability: 0.7 },
    { kind: 'webhook', ...during(13, 0.5), takes: { least: 3, most: 6 }, probability: 0.5 },
    {
      kind: 'error',
      ...during(15, 1),
      code: 'KMSAccessDeniedException',
      probability: 0.5,
      target: { service: 'sns', operation: 'Publish', caller: 'role' },
    },
  ];
}
