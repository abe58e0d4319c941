/** What decides what a role may do. */
export interface RolePolicies {
  readonly identity: readonly NamedPolicy[];
  /** The document of the role's permissions boundary. */
  readonly boundary: string | undefined;
}

export interface NamedPolicy {
  readonly name: string;
  readonly document: string;
  /** One of AWS's own: its grants are not the deployment's to trim. */
  readonly isAwsOwned: boolean;
}
