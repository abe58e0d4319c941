import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { SQS } from '@aws-sdk/client-sqs';
import type { Cloud } from '../../cloud/cloud.ts';
import { ACCOUNT_KEYS, arn, type Cancel } from '../../cloud/kernel/index.ts';
import type { Application } from '../../cloud/simulation/application.ts';
import type { JobLog } from './job-log.ts';
import type { Batch, Job } from './jobs.ts';
import { HANDS, Worker } from './worker.ts';

const MINUTE = 60_000;
/** How often work is counted as CPU: often enough for each minute to have its own. */
const ACCOUNTED_EVERY = 5_000;

export interface CrewSpec {
  readonly cloud: Cloud;
  /** The group whose instances are the workers. */
  readonly group: string;
  /** The queue's name. */
  readonly queue: string;
  readonly log: JobLog;
}

/**
 * The workers of a group, one on each instance that serves: they take jobs out of the queue by its API, delete what they
 * have done, and say each minute how many of their hands are full. A worker waits for messages as in a long poll: it is
 * told when there are some, and then receives them.
 */
export class Crew {
  readonly #cloud: Cloud;
  readonly #group: string;
  readonly #log: JobLog;
  readonly #sqs: SQS;
  readonly #cloudwatch: CloudWatch;
  readonly #queue: { readonly url: string; readonly arn: string };
  readonly #workers = new Map<string, Worker>();
  readonly #cancels: Cancel[];
  #isAsked = false;
  #putInMinute = 0;

  constructor({ cloud, group, queue, log }: CrewSpec) {
    const { endpoint, kernel, clock } = cloud;
    const { region, id } = kernel.account;
    const config = { endpoint, region, credentials: ACCOUNT_KEYS };
    this.#cloud = cloud;
    this.#group = group;
    this.#log = log;
    this.#sqs = new SQS(config);
    this.#cloudwatch = new CloudWatch(config);
    this.#queue = { url: `${endpoint}/${id}/${queue}`, arn: arn(kernel.account, 'sqs', queue) };
    for (const application of cloud.applications.values()) this.#follow(application);
    cloud.applications.onChange((application) => this.#follow(application));
    this.#cancels = [
      clock.every(ACCOUNTED_EVERY, () => this.#each((worker) => worker.account())),
      clock.every(MINUTE, () => this.#endMinute()),
      cloud.services.sqs.onVisible(this.#queue.arn, () => this.#ask()) ?? (() => undefined),
    ];
  }

  /** Puts jobs into the queue. */
  async put({ jobs }: Batch): Promise<void> {
    const now = this.#cloud.clock.now();
    for (const { id } of jobs) this.#log.put(id, now);
    this.#putInMinute += jobs.length;
    const Entries = jobs.map((job) => ({ Id: job.id, MessageBody: JSON.stringify(job) }));
    const { Failed = [] } = await this.#sqs.sendMessageBatch({ QueueUrl: this.#queue.url, Entries });
    if (Failed.length > 0) throw new Error(`the queue refused ${Failed.length} jobs: ${Failed[0]?.Message}`);
  }

  /** The busiest worker's machine loses its power. */
  killBusiest(): void {
    const [busiest] = [...this.#workers].sort(([, one], [, other]) => other.busy - one.busy);
    if (busiest !== undefined) this.#cloud.services.ec2.kill(busiest[0]);
  }

  close(): void {
    for (const cancel of this.#cancels) cancel();
    this.#sqs.destroy();
    this.#cloudwatch.destroy();
  }

  #follow(application: Application): void {
    const { instance, status } = application;
    if (instance.group !== this.#group) return;
    const known = this.#workers.get(instance.id);
    if (status === 'serving' && known === undefined) this.#hire(application);
    if (status !== 'down' || known === undefined) return;
    this.#workers.delete(instance.id);
    for (const { id } of known.lose()) this.#log.lost(id);
  }

  #hire(application: Application): void {
    const worker = new Worker(application, {
      clock: this.#cloud.clock,
      finished: (job, handle) => this.#finished(job, handle),
      free: () => this.#ask(),
    });
    application.server = worker;
    this.#workers.set(application.instance.id, worker);
    this.#ask();
  }

  async #finished({ id }: Job, ReceiptHandle: string): Promise<void> {
    await this.#sqs.deleteMessage({ QueueUrl: this.#queue.url, ReceiptHandle });
    this.#log.done(id, this.#cloud.clock.now());
  }

  /** Has whoever is free look into the queue, as soon as what goes on now has ended. */
  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#cloud.clock.after(0, () => {
      this.#isAsked = false;
      return this.#take();
    });
  }

  /** Those with the most hands free receive first. */
  async #take(): Promise<void> {
    while ((this.#cloud.services.sqs.depth(this.#queue.arn)?.visible ?? 0) > 0) {
      const [worker] = [...this.#workers.values()].sort((one, other) => other.free - one.free);
      if (worker === undefined || worker.free === 0) return;
      const { Messages = [] } = await this.#sqs.receiveMessage({
        QueueUrl: this.#queue.url,
        MaxNumberOfMessages: Math.ceil(worker.free / 2),
      });
      if (Messages.length === 0) return;
      for (const { Body = '', ReceiptHandle = '' } of Messages) {
        const job = JSON.parse(Body) as Job;
        this.#log.begun(job.id, this.#cloud.clock.now());
        worker.begin(job, ReceiptHandle);
      }
    }
  }

  #each(does: (worker: Worker) => void): void {
    for (const worker of this.#workers.values()) does(worker);
  }

  /** What the workers publish, and what of the minute is seen from outside: the jobs that came are its load. */
  async #endMinute(): Promise<void> {
    const workers = [...this.#workers.values()];
    this.#cloud.kernel.journal.record({
      kind: 'traffic',
      group: this.#group,
      requests: this.#putInMinute,
      failed: 0,
      load: this.#putInMinute / 60,
      servingInstances: workers.length,
      latencySeconds: 0,
    });
    this.#putInMinute = 0;
    const Dimensions = [{ Name: 'AutoScalingGroupName', Value: this.#group }];
    for (const { busy } of workers)
      await this.#cloudwatch.putMetricData({
        Namespace: 'Workers',
        MetricData: [
          { MetricName: 'Busy', Dimensions, Value: busy, Unit: 'Count' },
          { MetricName: 'Idle', Dimensions, Value: HANDS - busy, Unit: 'Count' },
        ],
      });
  }
}
