import type { JournalEntry } from '../../cloud/kernel/index.ts';

/** How one instance left: instants in the cloud's time, milliseconds since the epoch. */
export interface Leave {
  readonly instance: string;
  /** When it got no new requests any more. */
  readonly deregisteredAt: number;
  /** When its group gave it to the drain: the load balancer's own delay was over. */
  hookAt?: number;
  /** When its last request had ended. */
  idleAt: number;
  /** When the drain let it go. */
  completedAt?: number;
  /** How many requests were under way when it was deregistered. */
  readonly underWay: number;
  result?: string;
  /** EC2 took it back or lost it before its group handed it over: no drain could let it go sooner. */
  isTaken?: boolean;
}

/** Follows each instance on its way out, by the cloud's journal and by what the load balancer has under way on it. */
export class LeaveLog {
  readonly #leaves = new Map<string, Leave>();
  readonly #outstanding = new Map<string, number>();

  /** The load balancer has so many requests under way on an instance. */
  load(instance: string, outstanding: number, now: number): void {
    this.#outstanding.set(instance, outstanding);
    const leave = outstanding === 0 ? this.#leaves.get(instance) : undefined;
    if (leave !== undefined && leave.completedAt === undefined) leave.idleAt = now;
  }

  outstandingOn(instance: string): number {
    return this.#outstanding.get(instance) ?? 0;
  }

  see(entry: JournalEntry): void {
    if (entry.kind === 'target' && entry.state === 'draining') this.#begin(entry.target, entry.at);
    if (entry.kind === 'instance' && isEnding(entry.state)) this.#take(entry.id);
    if (entry.kind !== 'lifecycle-action' || !entry.transition.endsWith('TERMINATING')) return;
    const { instance, at, phase, result } = entry;
    if (phase === 'started') {
      const leave = this.#begin(instance, at);
      leave.hookAt = at;
    }
    const leave = this.#leaves.get(instance);
    if (leave === undefined || (phase !== 'completed' && phase !== 'expired')) return;
    leave.completedAt = at;
    leave.result = phase === 'expired' ? 'expired' : (result ?? '');
  }

  all(): readonly Leave[] {
    return [...this.#leaves.values()];
  }

  #take(instance: string): void {
    const leave = this.#leaves.get(instance);
    if (leave !== undefined && leave.hookAt === undefined) leave.isTaken = true;
  }

  #begin(instance: string, at: number): Leave {
    const known = this.#leaves.get(instance);
    if (known !== undefined) return known;
    const leave: Leave = { instance, deregisteredAt: at, idleAt: at, underWay: this.outstandingOn(instance) };
    this.#leaves.set(instance, leave);
    return leave;
  }
}

function isEnding(state: string): boolean {
  return state === 'shutting-down' || state === 'terminated';
}
