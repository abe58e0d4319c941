/** What a service says on the default event bus; the bus adds id, time, account and region. */
export interface ServiceEvent {
  /** `aws.autoscaling` */
  readonly source: string;
  /** `EC2 Instance-launch Lifecycle Action` */
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

type Listener = (event: ServiceEvent) => void;

/** Joins the services to the event bus without their knowing of each other. */
export class ServiceEvents {
  readonly #listeners: Listener[] = [];

  emit(event: ServiceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  onEvent(listener: Listener): void {
    this.#listeners.push(listener);
  }
}
