/** Instances as EC2 knows them. */
export interface Instances {
  /** Those of a group that have a tag, whatever its value but `false`. */
  tagged(group: string, tag: string): Promise<ReadonlySet<string>>;
}
