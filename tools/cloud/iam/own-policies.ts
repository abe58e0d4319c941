/** What decides what a role or a user may do. */
export interface OwnPolicies {
  readonly identity: readonly NamedPolicy[];
  /** The document of the permissions boundary. */
  readonly boundary: string | undefined;
}

export interface NamedPolicy {
  readonly name: string;
  readonly document: string;
  /** One of AWS's own: its grants are not the deployment's to trim. */
  readonly isAwsOwned: boolean;
}
