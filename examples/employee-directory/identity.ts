import { hostname } from 'node:os';
import { MetadataService } from '@aws-sdk/ec2-metadata-service';

/** Which instance answers, and where it stands. */
export interface Identity {
  readonly instance: string;
  readonly zone: string;
}

/** Asks the instance's metadata service, version 2 alone. Elsewhere than on EC2, the host's name has to do. */
export async function whoAmI(): Promise<Identity> {
  const metadata = new MetadataService({
    httpOptions: { timeout: 1000 },
    retries: 1,
    ec2MetadataV1Disabled: true,
  });
  try {
    const [instance, zone] = await Promise.all([
      metadata.request('latest/meta-data/instance-id', {}),
      metadata.request('latest/meta-data/placement/availability-zone', {}),
    ]);
    return { instance, zone };
  } catch {
    return { instance: hostname(), zone: 'no zone' };
  }
}
