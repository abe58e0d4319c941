import { createHmac, hash } from 'node:crypto';
import type { SignedCredential } from './read.ts';

/** Derived keys that are kept: a day's keys of some hundred execution environments. */
const MOST_KEYS = 2000;

/** The keys that SigV4 derives from secrets, each derived once a day, region and service. */
export class SigningKeys {
  readonly #keys = new Map<string, Buffer>();

  sign(secret: string, scope: SignedCredential, text: string): string {
    return createHmac('sha256', this.#key(secret, scope)).update(text).digest('hex');
  }

  #key(secret: string, { accessKeyId, date, region, service }: SignedCredential): Buffer {
    const name = `${accessKeyId} ${secret} ${date} ${region} ${service}`;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = [date, region, service, 'aws4_request'].reduce<Buffer>(
      (previous, part) => createHmac('sha256', previous).update(part).digest(),
      Buffer.from(`AWS4${secret}`),
    );
    if (this.#keys.size >= MOST_KEYS) this.#keys.clear();
    this.#keys.set(name, key);
    return key;
  }
}

export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** `20260105/eu-central-1/sqs/aws4_request` */
export function scopeOf({ date, region, service }: SignedCredential): string {
  return `${date}/${region}/${service}/aws4_request`;
}
