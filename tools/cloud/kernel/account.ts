/** The one account and region that a cloud stands for. */
export interface Account {
  readonly id: string;
  readonly region: string;
  /** Names of the region's zones, `eu-central-1a` first. */
  readonly zones: readonly string[];
}

/** `arn('sqs', 'queue')` → `arn:aws:sqs:eu-central-1:123456789012:queue`. */
export function arn(account: Account, service: string, resource: string): string {
  return `arn:aws:${service}:${account.region}:${account.id}:${resource}`;
}

/** `arn:aws:sqs:eu-central-1:123456789012:queue` → its service, region and resource. */
export function arnParts(text: string): { service: string; region: string; resource: string } {
  const [, , service = '', region = '', , ...resource] = text.split(':');
  return { service, region, resource: resource.join(':') };
}

/** Global services (IAM, S3) carry no region: `globalArn('iam', 'role/x')` → `arn:aws:iam::123456789012:role/x`. */
export function globalArn(account: Account, service: string, resource: string): string {
  return `arn:aws:${service}::${account.id}:${resource}`;
}
