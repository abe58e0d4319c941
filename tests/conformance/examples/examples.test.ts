import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownDifferences } from '../differences.ts';
import { runAgainstCloud } from '../python/run.ts';
import { expectResults, tally } from '../results.ts';

/** The hosted services for which AWS's models come with examples. */
const SERVICES = ['autoscaling', 'dynamodb', 'ec2', 'ecr', 'elbv2', 'iam', 'kms', 'lambda', 's3', 'sts'];

interface Sent {
  readonly service: string;
  readonly operation: string;
  /** Its name in AWS's model. */
  readonly id: string;
  readonly title: string;
  /**
   * `answered`: with all that AWS's documented answer has. `absent`: refused as AWS would, for what the example names
   * is not there. `not provided`: refused by name, as beyond the local cloud.
   */
  readonly outcome: 'answered' | 'absent' | 'not provided' | 'difference';
  readonly detail: string;
}

const known = knownDifferences('examples');
const program = join(import.meta.dirname, 'examples.py');
const { lines: sent, stderr } = await runAgainstCloud<Sent>('python', () => [program, ...SERVICES]);
const nameOf = ({ service, operation, id }: Sent) => `${service} ${operation} ${id}`;

describe("examples of AWS's own models", () => {
  for (const example of sent)
    it(nameOf(example), () => {
      const isDifferent = example.outcome === 'difference';
      expect(isDifferent ? example.detail : undefined).toSatisfy(
        (detail?: string) => (detail !== undefined) === known.has(nameOf(example)),
      );
    });

  it('are all sent', () => {
    expect(stderr).toBe('');
    expect(new Set(sent.map(nameOf))).toSatisfy((names: Set<string>) =>
      [...known.keys()].every((name) => names.has(name)),
    );
  });

  it('come to the committed counts', async () => {
    const services = SERVICES.map((service) => {
      const outcomes = sent.filter((one) => one.service === service).map(({ outcome }) => outcome);
      return [service, tally(outcomes)] as const;
    });
    await expectResults('examples', {
      sent: sent.length,
      ...tally(sent.map(({ outcome }) => outcome)),
      ...Object.fromEntries(services),
    });
  });
});
