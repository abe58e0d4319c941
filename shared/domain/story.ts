import type { FleetName } from './fleet.ts';
import type { Instant } from './time.ts';

export type Severity = 'info' | 'warning' | 'error';

/** Something worth telling people: what every channel renders in its own form. */
export interface Story {
  /** The same story told twice has the same id: it reaches each channel once. */
  readonly id: string;
  readonly at: Instant;
  readonly severity: Severity;
  readonly fleet?: FleetName;
  /** One line, no full stop: `web scaled out from 4 to 6 instances`. */
  readonly title: string;
  /** Plain sentences: what happened and why. */
  readonly text: string;
  /** Whether whoever reads it has to do something, and what: a sentence. */
  readonly toDo?: string;
  /** The command that shows more, as it is typed; `{stage}` stands for the deployment's stage. */
  readonly look?: string;
  /** Figures in the order in which they are read. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}
