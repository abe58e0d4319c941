/** Who hears what is told by email. */
export interface Subscribers {
  /** Addresses that have confirmed that they want it. */
  confirmed(): Promise<readonly string[]>;
}
