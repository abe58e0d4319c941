import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Cloud } from '../cloud.ts';
import type { Release } from '../kernel/index.ts';
import type { BalancerFront, ListenerFront } from '../services/elb/api.ts';
import { verdictOf } from './actions.ts';
import type { Answerer, Tally } from './counts.ts';
import { CLIENT_LEFT, MinuteCount, newTally } from './counts.ts';
import { forward } from './forward.ts';
import { toTarget } from './headers.ts';
import { putStatuses } from './metrics.ts';
import { Targets, type Backend } from './targets.ts';
import { tunnel } from './tunnel.ts';

export interface BalancerOptions {
  /** Real milliseconds that a second of the idle timeout takes: 1000, but for tests of it. */
  readonly idleSecondMs?: number;
  /**
   * Whether time stands still while a request is on its way: the default, for requests that come one by one. Where they
   * never cease, time goes on beside them, as fast as it is paced.
   */
  readonly holdsTime?: boolean;
  /** Told of each request that a target takes or is done with, and how many it has by then. Upgraded connections count. */
  readonly onLoad?: (instanceId: string, outstanding: number) => void;
  /** Told of each request that a target was chosen for and did not answer to its end; not of upgraded connections. */
  readonly onLost?: (lost: LostRequest) => void;
}

/** A request that a target did not answer to its end. */
export interface LostRequest {
  readonly instanceId: string;
  /** When it was passed on, in the cloud's time. */
  readonly begunAt: number;
  /** Whether the target had taken it. */
  readonly hadConnection: boolean;
}

/** An application load balancer that listens on 127.0.0.1. */
export interface LocalBalancer {
  /** Where its first listener is reached: `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Where each listener is reached, by the listener's port. */
  readonly urls: ReadonlyMap<number, string>;
  /** What became of all requests so far. */
  readonly tally: Tally;
  close(): Promise<void>;
}

/**
 * Opens a load balancer of the cloud's to real requests: its listeners' default actions, its target groups as they are at
 * each moment. Every listener gets a free port, and speaks plain HTTP there, whatever it would speak at AWS.
 *
 * Time stands still from a request's begin until its answer is written: what it takes, it takes in real time. Unless
 * `holdsTime` is false: then the cloud's time and the requests' go on side by side.
 *
 * @param loadBalancer its ARN or name
 * @throws Error if there is no such load balancer, or it has no listeners
 */
export async function openBalancer(
  cloud: Cloud,
  loadBalancer: string,
  options: BalancerOptions = {},
): Promise<LocalBalancer> {
  const front = cloud.services.elb.front(loadBalancer);
  if (front === undefined) throw new Error(`There is no load balancer ${loadBalancer}`);
  const proxy = new BalancerProxy(cloud, front, options);
  const urls = new Map<number, string>();
  for (const listener of front.listeners) urls.set(listener.port, await proxy.listen(listener));
  const [url] = urls.values();
  if (url === undefined) throw new Error(`Load balancer ${loadBalancer} has no listener`);
  return { url, urls, tally: proxy.tally, close: () => proxy.close() };
}

/** What is counted, and by what, of one target group. */
interface Group {
  readonly targets: Targets;
  readonly count: MinuteCount;
}

class BalancerProxy {
  readonly tally = newTally();
  readonly #cloud: Cloud;
  readonly #front: BalancerFront;
  readonly #options: BalancerOptions;
  readonly #groups = new Map<string, Group>();
  readonly #servers: Server[] = [];
  readonly #stopReporting: () => void;
  #arrivals = 0;

  constructor(cloud: Cloud, front: BalancerFront, options: BalancerOptions) {
    this.#cloud = cloud;
    this.#front = front;
    this.#options = options;
    const { elb } = cloud.services;
    elb.onTargetState(({ targetGroupArn }) => this.#groups.get(targetGroupArn)?.targets.changed());
    elb.onWay((targetGroupArn) => this.#groups.get(targetGroupArn)?.targets.changed());
    this.#stopReporting = cloud.traffic.report((at) => this.#endMinute(at));
  }

  async listen(listener: ListenerFront): Promise<string> {
    const server = createServer({ keepAliveTimeout: this.#idleMs }, (request, response) => {
      this.#serve(listener, request, response);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(listener, request, socket, head);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#stopReporting();
    for (const { targets } of this.#groups.values()) targets.close();
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise((resolve) => {
            server.close(resolve);
            server.closeAllConnections();
          }),
      ),
    );
  }

  get #idleMs(): number {
    const { idleSecondMs = 1000 } = this.#options;
    return Number(this.#front.attribute('idle_timeout.timeout_seconds')) * idleSecondMs;
  }

  #serve(listener: ListenerFront, request: IncomingMessage, response: ServerResponse): void {
    response.on('close', this.#hold());
    const verdict = this.#verdict(listener, request);
    if (verdict?.kind === 'answer')
      this.#answer(response, verdict.status, { headers: verdict.headers, body: verdict.body });
    else if (verdict === undefined) this.#answer(response, 503);
    else this.#forward(listener, this.#group(verdict.targetGroupArn), request, response);
  }

  #verdict({ defaultActions, protocol, port }: ListenerFront, { headers, url }: IncomingMessage) {
    const asked = { protocol: protocol.toLowerCase(), host: headers.host ?? '', port, target: url ?? '/' };
    // Shares by turns, ninety-seven steps long: exact enough for weights, and the same in every run.
    this.#arrivals++;
    return verdictOf(defaultActions(), asked, (this.#arrivals % 97) / 97);
  }

  #forward(listener: ListenerFront, group: Group, request: IncomingMessage, response: ServerResponse): void {
    group.count.began();
    const backend = group.targets.next();
    if (backend === undefined) {
      this.#answer(response, 503, { group });
      return;
    }
    const began = this.#now();
    let status = 0;
    const lose = this.#taking(backend);
    const giveUp = forward(backend, request, response, {
      headers: this.#headersFor(listener, request),
      idleMs: this.#idleMs,
      on: {
        onAnswer: (answered) => {
          status = answered;
          group.count.answeredAfter((this.#now() - began) / 1000);
        },
        onFailure: (failed, hadConnection) => {
          if (!hadConnection) group.count.couldNotConnect();
          lose(hadConnection);
          this.#answer(response, failed, { group });
        },
        onCut: () => {
          lose(true);
          this.#ended('balancer', 502, group);
        },
      },
    });
    response.on('close', () => {
      this.#count(backend, -1);
      if (response.writableFinished && status !== 0) this.#ended('target', status, group);
      else if (!response.writableEnded && !response.headersSent) this.#ended('balancer', CLIENT_LEFT, group);
      giveUp?.();
    });
  }

  #upgrade(listener: ListenerFront, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const release = this.#hold();
    const verdict = this.#verdict(listener, request);
    const group = verdict?.kind === 'forward' ? this.#group(verdict.targetGroupArn) : undefined;
    const backend = group?.targets.next();
    if (group === undefined || backend === undefined) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      release();
      return;
    }
    let isOver = false;
    group.count.began();
    this.#taking(backend);
    tunnel(backend, request, socket, {
      head,
      headers: this.#headersFor(listener, request),
      idleMs: this.#idleMs,
      // From the target's answer on, it is a connection that may stand for long: time goes on.
      onFirst: (isThere) => {
        if (isOver) return;
        isOver = true;
        this.#ended(isThere ? 'target' : 'balancer', isThere ? 101 : 502, group);
        release();
      },
      onEnd: () => this.#count(backend, -1),
    });
  }

  /** Time stands still until the release, unless it is to go on beside requests. */
  #hold(): Release {
    return this.#options.holdsTime === false ? () => undefined : this.#cloud.clock.hold();
  }

  /** Milliseconds by which requests are measured: the cloud's where its time goes on beside them, else real ones. */
  #now(): number {
    return this.#options.holdsTime === false ? this.#cloud.clock.now() : performance.now();
  }

  /** A target gets a request. @returns to be called when it does not answer it to its end */
  #taking(backend: Backend): (hadConnection: boolean) => void {
    const begunAt = this.#cloud.clock.now();
    backend.application.account(1);
    this.#count(backend, 1);
    return (hadConnection) =>
      this.#options.onLost?.({ instanceId: backend.application.instance.id, begunAt, hadConnection });
  }

  #count(backend: Backend, change: number): void {
    backend.outstanding += change;
    this.#options.onLoad?.(backend.application.instance.id, backend.outstanding);
  }

  #headersFor({ protocol, port }: ListenerFront, request: IncomingMessage): string[] {
    return toTarget(request.rawHeaders, {
      clientAddress: request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '',
      protocol: protocol.toLowerCase(),
      port,
      forwardedFor: this.#front.attribute('routing.http.xff_header_processing.mode'),
      traceId: this.#traceId(),
    });
  }

  /** `1-TIME-ID`, by the cloud's time and the request's number: what the client sends decides nothing of it. */
  #traceId(): string {
    const seconds = Math.floor(this.#cloud.clock.now() / 1000);
    return `1-${seconds.toString(16)}-${this.#arrivals.toString(16).padStart(24, '0')}`;
  }

  /** Answers in the load balancer's own name. */
  #answer(
    response: ServerResponse,
    status: number,
    { headers = [], body, group }: { headers?: string[]; body?: string; group?: Group } = {},
  ): void {
    this.#ended('balancer', status, group);
    if (response.headersSent || response.destroyed) return;
    const isOwn = body === undefined;
    response.writeHead(status, [
      ...headers,
      'Server',
      'awselb/2.0',
      ...(isOwn ? ['Content-Type', 'text/html'] : []),
    ]);
    response.end(isOwn ? errorPage(status) : body);
  }

  #ended(by: Answerer, status: number, group: Group | undefined): void {
    group?.count.ended(by, status);
    this.tally[by].set(status, (this.tally[by].get(status) ?? 0) + 1);
  }

  #group(targetGroupArn: string): Group {
    const known = this.#groups.get(targetGroupArn);
    if (known !== undefined) return known;
    const { services, applications } = this.#cloud;
    const on = { elb: services.elb, applications };
    const group = { targets: new Targets(targetGroupArn, on), count: new MinuteCount() };
    this.#groups.set(targetGroupArn, group);
    return group;
  }

  /** Gives what came in a minute to the metrics. */
  *#endMinute(at: number) {
    const { elb, cloudWatch } = this.#cloud.services;
    for (const [targetGroupArn, { targets, count }] of this.#groups) {
      const { minute, tally } = count.end(targets.servingCount);
      if (!elb.hasTargetGroup(targetGroupArn)) continue;
      const { dimension: targetGroup } = elb.trafficOf(targetGroupArn);
      putStatuses(cloudWatch.metrics, tally, { loadBalancer: this.#front.dimension, targetGroup }, at);
      yield [targetGroupArn, minute] as const;
    }
  }
}

/** The page of an ALB that has an error to tell. */
function errorPage(status: number): string {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}

export type { Backend };
