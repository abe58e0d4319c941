import type { Group, IdleEvidence, Instant, Seconds } from '../domain/index.ts';
import type {
  Balancers,
  CloudMap,
  CommandResult,
  Commands,
  Metrics,
  Probes,
  Queues,
} from '../ports/index.ts';
import type { DatedSeen, Seen } from '../policy/drain/evidence.ts';
import { busyAnswer, isOutOfRotation, reasonOf } from '../policy/drain/evidence.ts';

export interface EvidencePorts {
  readonly balancers: Pick<Balancers, 'targetState'>;
  readonly metrics: Pick<Metrics, 'requestsPerTarget'>;
  readonly probes: Probes;
  readonly commands: Pick<Commands, 'send' | 'result'>;
  readonly queues: Queues;
  readonly cloudMap: CloudMap;
}

/** Whose work is looked for, and what is known of it. */
export interface Subject {
  readonly instance: string;
  /** Target groups that have sent it requests. */
  readonly targetGroupArns: Group['targetGroupArns'];
  readonly hasCommandSucceeded: boolean;
}

/** CloudWatch has a minute's requests a minute or two after it; less than two minutes show nothing. */
const QUIET_FOR: Seconds = 180;

/** An application that needs longer to say whether it is busy is. */
const PATIENCE: Seconds = 2;

/** One that hangs is asked again after that: Systems Manager itself would let it hang for an hour. */
const PATIENCE_WITH_COMMAND: Seconds = 60;

/**
 * What one kind of evidence shows. One that cannot be read shows nothing, so the instance is not idle by it.
 *
 * @param before what it showed at the look before
 */
export async function seeEvidence(
  evidence: IdleEvidence,
  subject: Subject,
  before: DatedSeen | undefined,
  now: Instant,
  on: EvidencePorts,
): Promise<DatedSeen> {
  try {
    if (evidence.kind === 'command')
      return await idleCommand(evidence.command, subject, before, now, on.commands);
    if (evidence.kind === 'cloud-map')
      return await outOfCloudMap(evidence.service, subject, before, now, on.cloudMap);
    return { ...(await see(evidence, subject, now, on)), at: now };
  } catch (error) {
    const detail = `${evidence.kind}, which cannot be read: ${reasonOf(error)}`;
    return { ...before, isIdle: false, detail, at: now };
  }
}

async function see(
  evidence: Exclude<IdleEvidence, { kind: 'command' | 'cloud-map' }>,
  subject: Subject,
  now: Instant,
  on: EvidencePorts,
): Promise<Seen> {
  switch (evidence.kind) {
    case 'target-requests':
      return targetRequests(subject, on.balancers);
    case 'balancer-requests':
      return balancerRequests(subject, now, on.metrics);
    case 'http': {
      const { path, port } = evidence;
      const answer = await on.probes.get(subject.instance, port, path, PATIENCE);
      return busyAnswer({ body: '', isRefused: false, ...answer }, subject.hasCommandSucceeded);
    }
    case 'queue':
      return messagesInFlight(evidence.name.replaceAll('{instance}', subject.instance), on.queues);
  }
}

async function targetRequests(
  { instance, targetGroupArns }: Subject,
  balancers: Pick<Balancers, 'targetState'>,
): Promise<Seen> {
  for (const arn of targetGroupArns) {
    const state = await balancers.targetState(arn, instance);
    if (!isOutOfRotation(state)) return { isIdle: false, detail: `${nameOf(arn)} to let it go: ${state}` };
  }
  return { isIdle: true, detail: 'no target group sends it requests' };
}

/** `web` of `arn:…:targetgroup/web/0123456789abcdef` */
function nameOf(arn: string): string {
  return `target group ${arn.split('/').at(-2) ?? arn}`;
}

async function balancerRequests(
  { targetGroupArns }: Subject,
  now: Instant,
  metrics: Pick<Metrics, 'requestsPerTarget'>,
): Promise<Seen> {
  for (const arn of targetGroupArns) {
    const requests = await metrics.requestsPerTarget(arn, QUIET_FOR, now);
    if (requests === undefined) return { isIdle: false, detail: `metrics of ${nameOf(arn)}` };
    if (requests > 0) return { isIdle: false, detail: `requests to ${nameOf(arn)} to end` };
  }
  return { isIdle: true, detail: `no requests for ${QUIET_FOR} s` };
}

/**
 * A command outlasts a look: it is sent in one and asked after in the next, and when it has answered, sent again. What
 * it showed last stands until it answers, as of the time at which it was sent.
 */
async function idleCommand(
  command: string,
  { instance }: Subject,
  before: DatedSeen | undefined,
  now: Instant,
  commands: Pick<Commands, 'send' | 'result'>,
): Promise<DatedSeen> {
  const { asked, ...last } = before ?? { isIdle: false, detail: `${command} to answer`, at: now };
  const answer = asked && (await commands.result(asked.id, instance));
  if (asked !== undefined && answer?.status === 'running') return { ...last, asked };
  const sent = await commands.send(instance, command, 'Evenkeel idle', PATIENCE_WITH_COMMAND);
  const shown =
    asked === undefined || answer === undefined ? last : { ...shownBy(command, answer), at: asked.at };
  if (sent === undefined)
    return { isIdle: false, detail: `${command}: the instance takes no commands`, at: now };
  return { ...shown, asked: { id: sent, at: now } };
}

function shownBy(command: string, answer: CommandResult): Seen {
  switch (answer.status) {
    case 'running':
      return { isIdle: false, detail: `${command} to answer` };
    case 'succeeded':
      return { isIdle: true, detail: `${command} says idle` };
    case 'failed':
      return { isIdle: false, detail: `${command} to exit with 0, not ${answer.exitCode}` };
    case 'unreachable':
      return { isIdle: false, detail: `${command}: ${answer.reason}` };
  }
}

async function messagesInFlight(name: string, queues: Queues): Promise<Seen> {
  const messages = await queues.inFlight(name);
  if (messages === undefined) return { isIdle: false, detail: `queue ${name}, which does not exist` };
  return { isIdle: messages === 0, detail: `${messages} messages of ${name} in flight` };
}

/**
 * Whether an operation has ended well shows in that nothing is left to take out: so it is asked for again when one has
 * ended, also one that others had begun. Who is out once stays out.
 */
async function outOfCloudMap(
  service: string,
  { instance }: Subject,
  before: DatedSeen | undefined,
  now: Instant,
  cloudMap: CloudMap,
): Promise<DatedSeen> {
  if (before?.isIdle === true) return { ...before, at: now };
  const { asked } = before ?? {};
  const detail = `service ${service} of Cloud Map to let it go`;
  if (asked !== undefined && (await cloudMap.isUnderWay(asked.id)))
    return { isIdle: false, detail, at: now, asked };
  const operation = await cloudMap.deregister(service, instance);
  if (operation !== undefined) return { isIdle: false, detail, at: now, asked: { id: operation, at: now } };
  return { isIdle: true, detail: `not registered with service ${service} of Cloud Map`, at: now };
}
