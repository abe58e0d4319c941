import type { DisruptionPolicy, EventOf, Fleet, Group, ImagePolicy, Seconds, Skip } from '../domain/index.ts';
import { disrupted, isGoing, SECOND, skip } from '../domain/index.ts';
import type {
  Clock,
  Durable,
  Groups,
  Images,
  Ledger,
  Outbox,
  Starter,
  TemplateImage,
} from '../ports/index.ts';
import { mostAPeriod, pacedPreferences, tooSlow } from '../policy/refresh/pace.ts';
import type { RefreshPreferences } from '../policy/refresh/plan.ts';
import {
  isImageToBlame,
  isRefreshOver,
  obstacleToRefresh,
  reasonToWait,
  refreshPreferences,
  templateToken,
} from '../policy/refresh/plan.ts';
import type { Rollout } from '../policy/refresh/story.ts';
import { refreshEndedStory, refreshRefusedStory, refreshStartedStory } from '../policy/refresh/story.ts';
import { keepLent, lendProtection, takeBackLeft, takeBackProtection } from './lent-protection.ts';
import type { MarkedPorts } from './marked.ts';
import { markedIn } from './marked.ts';
import type { Outcome } from './outcome.ts';
import { done, measured } from './outcome.ts';

export interface RefreshPorts extends MarkedPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<Groups, 'ofFleet' | 'protect' | 'startRefresh' | 'refreshes'>;
  readonly images: Images;
  readonly starter: Starter;
  readonly ledger: Pick<Ledger, 'claim' | 'isClaimed' | 'holder' | 'release' | 'disrupt' | 'disruptions'>;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
  readonly durable: Durable;
}

const WATCH_EVERY: Seconds = 60;
/** As long as Auto Scaling keeps a refresh on record. */
const REMEMBER_BAD_IMAGE: Seconds = 42 * 86_400;
/** Looks in a row without the refresh after which it is taken to be gone: descriptions lag. */
const GONE_AFTER_LOOKS = 5;

/**
 * Brings the newest image to a fleet: a new template version, an instance refresh with a way back, watched to its end.
 * Without a fleet's name it starts one execution for each fleet that has an image policy, so that a long rollout of
 * one does not hold up the others.
 */
export async function refreshFleet(event: EventOf<'refresh-due'>, on: RefreshPorts): Promise<Outcome> {
  if (event.fleet === undefined) return startEach(event, on);
  const fleet = on.fleets.find(({ name }) => name === event.fleet);
  if (fleet === undefined) return skip('NOT_OURS', `there is no fleet ${event.fleet}`);
  if (fleet.image === undefined) return skip('NOTHING_TO_DO', `fleet ${fleet.name} has no image policy`);
  if (fleet.mode !== 'active') return skip('NOTHING_TO_DO', `fleet ${fleet.name} is in ${fleet.mode} mode`);
  const { image: policy } = fleet;
  const budget = await waitForBudget(fleet, on);
  if (budget !== undefined) return budget;
  const plan = await on.durable.step('plan', () => planRollout(fleet, policy, on));
  if (plan.kind === 'skip') return plan;
  const spared = await on.durable.step('marked', () => unprotectedMarks(fleet, on));
  const lent = { group: plan.group, instances: spared, execution: on.durable.execution };
  if (spared.length > 0) await on.durable.step('protect', () => lendProtection(lent, on));
  const unprotect = () => on.durable.step('unprotect', () => takeBackProtection(lent, on));
  const rollout = await startRollout(fleet, plan, on);
  if ('kind' in rollout) {
    if (spared.length > 0) await unprotect();
    return rollout;
  }
  await on.durable.step('tell start', () => on.outbox.tell(refreshStartedStory(rollout, on.clock.now())));
  const end = await watch(rollout, fleet, () => keepLent(lent, on), on);
  if (spared.length > 0) await unprotect();
  return conclude(rollout, end, on);
}

async function startEach(event: EventOf<'refresh-due'>, on: RefreshPorts): Promise<Outcome> {
  const fleets = on.fleets.filter(({ image }) => image !== undefined);
  for (const { name } of fleets)
    await on.durable.step(`start ${name}`, () =>
      on.starter.start({ kind: 'refresh-due', id: `${event.id}/${name}`, at: event.at, fleet: name }),
    );
  return done(`started ${fleets.length} refreshes`);
}

const BUDGET_EVERY: Seconds = 300;
/** A budget without room for so long has none for refreshes. */
const BUDGET_LOOKS = 24 * 12;

/** A refresh begins once the disruption budget lets it replace an instance. */
async function waitForBudget(fleet: Fleet, on: RefreshPorts): Promise<Skip | undefined> {
  const { disruption } = fleet;
  if (disruption === undefined) return undefined;
  const first = { hasRoom: false, looks: 0 };
  const { hasRoom } = await on.durable.poll('disruption budget', BUDGET_EVERY, first, async ({ looks }) => {
    const state = { hasRoom: await hasRoomFor(fleet, disruption, on), looks: looks + 1 };
    return { done: state.hasRoom || state.looks >= BUDGET_LOOKS, state };
  });
  if (hasRoom) return undefined;
  return skip('NOTHING_TO_DO', `the disruption budget of ${fleet.name} has had no room for a day`);
}

async function hasRoomFor(fleet: Fleet, disruption: DisruptionPolicy, on: RefreshPorts): Promise<boolean> {
  const group = await on.groups.ofFleet(fleet);
  return group === undefined || (await roomFor(fleet, disruption, group, on)) > 0;
}

/** Instances that the fleet's disruption budget lets a refresh replace now. */
async function roomFor(
  { name }: Fleet,
  disruption: DisruptionPolicy,
  group: Group,
  { ledger, clock }: RefreshPorts,
): Promise<number> {
  const now = clock.now();
  const disruptions = await ledger.disruptions(name, now - disruption.per * SECOND);
  return mostAPeriod(disruption, disruptions, group, now);
}

interface Plan extends RefreshPreferences {
  readonly kind: 'plan';
  readonly group: string;
  readonly template: { readonly id: string; readonly version: string };
  readonly image: string;
  readonly previousImage: string;
  readonly bakeSeconds: Seconds;
  /** The group's newest refresh so far. */
  readonly last?: string;
}

const badImage = (fleet: Fleet, image: string) => `bad-image#${fleet.name}#${image}`;

/** What is to be rolled out, if anything is. A newer image that cannot be is told of. */
async function planRollout(fleet: Fleet, policy: ImagePolicy, on: RefreshPorts): Promise<Plan | Skip> {
  const group = await on.groups.ofFleet(fleet);
  if (group === undefined) return skip('NOTHING_TO_DO', `fleet ${fleet.name} has no group`);
  const wait = reasonToWait(group);
  if (wait !== undefined) return skip('NOTHING_TO_DO', wait);
  const image = await on.images.newest(policy.parameter);
  const previous = group.launchTemplate && (await on.images.ofTemplate(group.launchTemplate));
  const previousImage = previous?.id;
  if (image === previousImage) return skip('NOTHING_TO_DO', `${fleet.name} has the newest image ${image}`);
  if (await on.ledger.isClaimed(badImage(fleet, image)))
    return skip('NOTHING_TO_DO', `${image} has failed on ${fleet.name} before`);
  const preferences = await preferencesOf(fleet, policy, group, on);
  const obstacle = (await obstacleTo(image, previous, group, on)) ?? tooSlow(preferences);
  if (obstacle !== undefined || group.launchTemplate === undefined || previousImage === undefined) {
    const reason = obstacle ?? 'its launch template names no image';
    await on.outbox.tell(refreshRefusedStory(fleet.name, image, reason, on.clock.now()));
    return skip('NOTHING_TO_DO', reason);
  }
  const [last] = await on.groups.refreshes(group.name, 1);
  return {
    kind: 'plan',
    ...(last !== undefined && { last: last.id }),
    group: group.name,
    template: group.launchTemplate,
    image,
    previousImage,
    bakeSeconds: policy.bake,
    ...preferences,
  };
}

/** Where the fleet has a disruption budget, at its pace. */
async function preferencesOf(
  fleet: Fleet,
  policy: ImagePolicy,
  group: Group,
  on: RefreshPorts,
): Promise<RefreshPreferences> {
  const preferences = refreshPreferences(policy, group);
  const { disruption } = fleet;
  if (disruption === undefined) return preferences;
  // There was room a moment ago, or this would not be asked.
  const most = Math.max(1, await roomFor(fleet, disruption, group, on));
  return pacedPreferences(preferences, most, disruption.per, group.desired);
}

/**
 * Instances that their owner has marked as not to be touched. A refresh knows no tags: it passes by what is protected from
 * scale-in. Those to whom that is lent are remembered, so that it can be taken back.
 */
async function unprotectedMarks(fleet: Fleet, on: RefreshPorts): Promise<readonly string[]> {
  const found = await on.groups.ofFleet(fleet);
  if (found === undefined) return [];
  // Or it would be taken for what their owner protects.
  const group = (await takeBackLeft(found, on)) > 0 ? ((await on.groups.ofFleet(fleet)) ?? found) : found;
  const marked = await markedIn(group.name, fleet, on);
  return group.instances.filter(({ id, isProtected }) => marked.has(id) && !isProtected).map(({ id }) => id);
}

async function obstacleTo(
  image: string,
  previous: TemplateImage | undefined,
  group: Group,
  on: RefreshPorts,
): Promise<string | undefined> {
  const obstacle = obstacleToRefresh(group, previous?.parameter);
  if (obstacle !== undefined) return obstacle;
  const check = await on.images.check(image, previous?.id);
  return check.usable ? undefined : check.reason;
}

/** Makes the template version and starts the refresh, or finds the one that an earlier try has started. */
async function startRollout(fleet: Fleet, plan: Plan, on: RefreshPorts): Promise<Rollout | Skip> {
  const { group, template, image, previousImage } = plan;
  const version = await on.durable.step('template', () =>
    on.images.createTemplateVersion(
      template.id,
      template.version,
      image,
      templateToken(fleet.name, image, template.version),
    ),
  );
  const refresh = await on.durable.step('start', async () => {
    const ours = await startedBefore(plan, version, on);
    if (ours !== undefined) return ours;
    const request = { ...plan, template: { id: template.id, version } };
    const answer = await on.groups.startRefresh(request);
    return answer === 'busy' ? runningRefresh(group, version, on) : answer.started;
  });
  if (refresh === null) return skip('NOTHING_TO_DO', `group ${group} is being refreshed by somebody else`);
  return { fleet: fleet.name, group, refresh, image, previousImage };
}

/** The refresh that an earlier try has started without learning of it: Auto Scaling takes no token. It may be over. */
async function startedBefore(
  { group, last }: Plan,
  version: string,
  on: RefreshPorts,
): Promise<string | undefined> {
  const [newest] = await on.groups.refreshes(group, 1);
  return newest?.id !== last && newest?.templateVersion === version ? newest.id : undefined;
}

/** The refresh that stands in our way, if it brings the very version: then it is ours, started before a crash. */
async function runningRefresh(group: string, version: string, on: RefreshPorts): Promise<string | null> {
  const [newest] = await on.groups.refreshes(group, 1);
  return newest?.templateVersion === version && !isRefreshOver(newest.status) ? newest.id : null;
}

interface Watch {
  readonly status: string;
  readonly reason?: string;
  readonly missed: number;
  /** Instances whose replacement has been noted. */
  readonly noted: readonly string[];
}

async function watch(
  { group, refresh }: Rollout,
  fleet: Fleet,
  goOn: () => Promise<void>,
  on: RefreshPorts,
): Promise<Watch> {
  const first: Watch = { status: 'Pending', missed: 0, noted: [] };
  return on.durable.poll('refreshed', WATCH_EVERY, first, async ({ missed, noted: known }) => {
    await goOn();
    const found = (await on.groups.refreshes(group, 10)).find(({ id }) => id === refresh);
    const noted = await noteReplaced(fleet, known, on);
    if (found === undefined) {
      const state: Watch = { status: 'unknown', missed: missed + 1, noted };
      return { done: state.missed >= GONE_AFTER_LOOKS, state };
    }
    const { status, reason } = found;
    const state: Watch = { status, missed: 0, noted, ...(reason !== undefined && { reason }) };
    return { done: isRefreshOver(status), state };
  });
}

/** While a refresh runs, what leaves its group is replaced by it, unless another cause is known of it. */
async function noteReplaced(
  fleet: Fleet,
  known: readonly string[],
  on: RefreshPorts,
): Promise<readonly string[]> {
  if (fleet.disruption === undefined) return known;
  const group = await on.groups.ofFleet(fleet);
  const leaving = (group?.instances ?? []).filter((one) => isGoing(one) && !known.includes(one.id));
  const [first] = leaving;
  if (first === undefined) return known;
  const instances = leaving.map(({ id }) => disrupted(id, group));
  await on.ledger.disrupt(fleet.name, first.id, { at: on.clock.now(), cause: 'refresh', instances });
  return [...known, ...instances.map(({ id }) => id)];
}

async function conclude(rollout: Rollout, { status, reason }: Watch, on: RefreshPorts): Promise<Outcome> {
  if (isImageToBlame(status))
    await on.durable.step('remember', () =>
      on.ledger.claim(`bad-image#${rollout.fleet}#${rollout.image}`, rollout.refresh, REMEMBER_BAD_IMAGE),
    );
  await on.durable.step('tell end', () =>
    on.outbox.tell(refreshEndedStory(rollout, status, reason, on.clock.now())),
  );
  const { fleet, image, refresh } = rollout;
  const ended = done(`${fleet} to ${image}: ${status}`, { status, refresh });
  return measured(ended, [{ metric: 'Refreshes', value: 1, by: { fleet, status } }]);
}
