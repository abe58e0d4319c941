/** What the applications of the cloud, or of one Auto Scaling group, are like. */
export interface ApplicationSettings {
  /** Requests a second that one instance can answer. */
  readonly capacity: number;
  /** How long the work in flight takes when a drain begins: somewhere between the two, in seconds. */
  readonly drain: { readonly least: number; readonly most: number };
  /** The TCP port it listens on; `any` suits whatever a target group says. */
  readonly port: number | 'any';
  /** The paths it has; for all others it answers 404. */
  readonly paths: readonly string[];
  /** The share of the requests that take long, and how long those take, in seconds. Health paths are quick. */
  readonly slow: { readonly share: number; readonly seconds: number };
  /** Whether its boot fetches something from the internet, and without a way out never ends well. */
  readonly needsInternet: boolean;
  /** Whether something that it depends on is away, such as its database: then only `/live` answers well. */
  readonly isStarved: boolean;
}

export const DEFAULT_SETTINGS: ApplicationSettings = {
  capacity: 100,
  drain: { least: 5, most: 30 },
  port: 'any',
  paths: ['/', '/ready', '/live', '/health'],
  slow: { share: 0, seconds: 0 },
  needsInternet: false,
  isStarved: false,
};
