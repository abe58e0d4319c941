import { Pool } from 'undici';
import type { Application } from '../simulation/application.ts';
import type { Applications } from '../simulation/applications.ts';
import { receiving } from '../simulation/audience.ts';
import type { ElbService } from '../services/elb/api.ts';

/** How many connections to a target are open at most: more requests wait for one. */
const MOST_CONNECTIONS = 256;
/** A load balancer gives a target ten seconds to take a connection. */
const CONNECT_LIMIT_MS = 10_000;

/** A target that requests go to. */
export class Backend {
  readonly application: Application;
  /** Requests that it has not answered yet. */
  outstanding = 0;
  /** Whether the load balancer gets to it at all. */
  isReachable = true;
  /** Whether anything listens where the target group sends its requests. */
  isListening = true;
  /** Hang up on connections that were upgraded, as for WebSockets. */
  readonly tunnels = new Set<() => void>();
  #pool: Pool | undefined;
  #port: number | undefined;

  constructor(application: Application) {
    this.application = application;
  }

  /** Connections to the process that runs now; undefined when none does. */
  get pool(): Pool | undefined {
    const { port } = this;
    if (port !== this.#port) this.#renew(port);
    return this.#pool;
  }

  get port(): number | undefined {
    return this.isListening ? this.application.server?.port : undefined;
  }

  /**
   * Cuts off what is under way: clients that have no answer yet get a 502. So does an ALB when a target's deregistration
   * delay is over: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
   */
  close(): void {
    void this.#pool?.destroy().catch(() => undefined);
    this.#pool = undefined;
    this.#port = undefined;
    for (const hangUp of this.tunnels) hangUp();
  }

  #renew(port: number | undefined): void {
    // Requests that are in flight fail by themselves when their process has ended, and end in order otherwise.
    void this.#pool?.close().catch(() => undefined);
    this.#port = port;
    this.#pool =
      port === undefined
        ? undefined
        : new Pool(`http://127.0.0.1:${port}`, {
            connections: MOST_CONNECTIONS,
            pipelining: 1,
            connect: { timeout: CONNECT_LIMIT_MS },
            headersTimeout: 0,
            bodyTimeout: 0,
          });
  }
}

export interface TargetPorts {
  readonly elb: Pick<ElbService, 'hasTargetGroup' | 'targets' | 'targetGroupAttribute'>;
  readonly applications: Pick<Applications, 'of' | 'at'>;
}

/** The targets of one target group, and whose turn it is. */
export class Targets {
  readonly arn: string;
  readonly #on: TargetPorts;
  readonly #backends = new Map<Application, Backend>();
  /** Those that get requests as things stand; undefined when that is to be found out anew. */
  #receiving: readonly Backend[] | undefined;
  #turn = 0;

  constructor(arn: string, on: TargetPorts) {
    this.arn = arn;
    this.#on = on;
  }

  /** Something about the group's targets has changed. */
  changed(): void {
    this.#receiving = undefined;
    if (!this.#on.elb.hasTargetGroup(this.arn)) {
      this.close();
      return;
    }
    const registered = new Set(this.#on.elb.targets(this.arn).map(({ id }) => this.#applicationOf(id)));
    for (const [application, backend] of this.#backends) {
      if (registered.has(application)) continue;
      this.#backends.delete(application);
      backend.close();
    }
  }

  /** Who takes the next request; undefined when nobody is there to. */
  next(): Backend | undefined {
    const backends = (this.#receiving ??= this.#find());
    if (backends.length === 0) return undefined;
    const algorithm = this.#on.elb.targetGroupAttribute(this.arn, 'load_balancing.algorithm.type');
    this.#turn = (this.#turn + 1) % backends.length;
    return algorithm === 'least_outstanding_requests' ? this.#least(backends) : backends[this.#turn];
  }

  get servingCount(): number {
    const backends = (this.#receiving ??= this.#find());
    return backends.filter(({ application }) => application.status === 'serving').length;
  }

  close(): void {
    for (const backend of this.#backends.values()) backend.close();
    this.#backends.clear();
    this.#receiving = undefined;
  }

  /** Of those with the fewest requests outstanding, the one whose turn comes first. */
  #least(backends: readonly Backend[]): Backend | undefined {
    let least: Backend | undefined;
    for (let step = 0; step < backends.length; step++) {
      const backend = backends[(this.#turn + step) % backends.length];
      if (backend !== undefined && backend.outstanding < (least?.outstanding ?? Infinity)) least = backend;
    }
    return least;
  }

  #find(): Backend[] {
    const { elb } = this.#on;
    if (!elb.hasTargetGroup(this.arn)) return [];
    return receiving(elb.targets(this.arn)).flatMap(({ id, port, obstacle }) => {
      const application = this.#applicationOf(id);
      if (application === undefined) return [];
      const backend = this.#backendOf(application);
      backend.isReachable = obstacle === undefined;
      backend.isListening = application.listensOn(port);
      return [backend];
    });
  }

  #applicationOf(id: string): Application | undefined {
    return this.#on.applications.of(id) ?? this.#on.applications.at(id);
  }

  #backendOf(application: Application): Backend {
    const backend = this.#backends.get(application) ?? new Backend(application);
    this.#backends.set(application, backend);
    return backend;
  }
}
