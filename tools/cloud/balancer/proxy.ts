import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Cloud } from '../cloud.ts';
import type { Release } from '../kernel/index.ts';
import type { BalancerFront, ListenerFront } from '../services/elb/api.ts';
import { verdictOf } from './actions.ts';
import type { Tally } from './counts.ts';
import { CLIENT_LEFT } from './counts.ts';
import { forward } from './forward.ts';
import { toTarget } from './headers.ts';
import type { BalancerOptions } from './options.ts';
import { answerItself } from './own-answer.ts';
import type { TargetGroup } from './target-groups.ts';
import { TargetGroups } from './target-groups.ts';
import type { Backend } from './targets.ts';
import { tunnel } from './tunnel.ts';

/** What listens, and passes on what comes. */
export class BalancerProxy {
  readonly #cloud: Cloud;
  readonly #front: BalancerFront;
  readonly #options: BalancerOptions;
  readonly #groups: TargetGroups;
  readonly #servers: Server[] = [];
  #arrivals = 0;

  constructor(cloud: Cloud, front: BalancerFront, options: BalancerOptions) {
    this.#cloud = cloud;
    this.#front = front;
    this.#options = options;
    this.#groups = new TargetGroups(cloud, front);
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
    this.#groups.close();
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

  /** What became of all requests so far. */
  get tally(): Tally {
    return this.#groups.tally;
  }

  get #idleMs(): number {
    const { idleSecondMs = 1000 } = this.#options;
    return Number(this.#front.attribute('idle_timeout.timeout_seconds')) * idleSecondMs;
  }

  #serve(listener: ListenerFront, request: IncomingMessage, response: ServerResponse): void {
    response.on('close', this.#hold());
    const verdict = this.#verdict(listener, request);
    if (verdict?.kind === 'answer') {
      this.#groups.ended('balancer', verdict.status, undefined);
      answerItself(response, verdict.status, verdict.headers, verdict.body);
    } else if (verdict === undefined) this.#answer(response, 503);
    else this.#forward(listener, this.#groups.of(verdict.targetGroupArn), request, response);
  }

  #verdict({ defaultActions, protocol, port }: ListenerFront, { headers, url }: IncomingMessage) {
    const asked = { protocol: protocol.toLowerCase(), host: headers.host ?? '', port, target: url ?? '/' };
    // Shares by turns, ninety-seven steps long: exact enough for weights, and the same in every run.
    this.#arrivals++;
    return verdictOf(defaultActions(), asked, (this.#arrivals % 97) / 97);
  }

  #forward(
    listener: ListenerFront,
    group: TargetGroup,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    group.count.began();
    const backend = group.targets.next();
    if (backend === undefined) {
      this.#answer(response, 503, group);
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
          this.#answer(response, failed, group);
        },
        onCut: () => {
          lose(true);
          this.#groups.ended('balancer', 502, group);
        },
      },
    });
    response.on('close', () => {
      this.#count(backend, -1);
      if (response.writableFinished && status !== 0) this.#groups.ended('target', status, group);
      else if (!response.writableEnded && !response.headersSent)
        this.#groups.ended('balancer', CLIENT_LEFT, group);
      giveUp?.();
    });
  }

  #upgrade(listener: ListenerFront, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const release = this.#hold();
    const verdict = this.#verdict(listener, request);
    const group = verdict?.kind === 'forward' ? this.#groups.of(verdict.targetGroupArn) : undefined;
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
        this.#groups.ended(isThere ? 'target' : 'balancer', isThere ? 101 : 502, group);
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
  #answer(response: ServerResponse, status: number, group?: TargetGroup): void {
    this.#groups.ended('balancer', status, group);
    answerItself(response, status);
  }
}
