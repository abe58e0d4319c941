/**
 * What fleets.yml may say. The same schema checks the file when it is deployed and when a function starts, and is
 * written out as fleets.schema.json for editors. Each `error` says how to mend what is wrong.
 */
import * as z from 'zod';
import { share, span } from './quantities.ts';

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const NAME_ERROR = 'a name is 1 to 32 small letters, digits and hyphens, and begins with a letter';

/** `ssm:` and the name of a parameter. */
function parameter(error: string) {
  return z
    .string({ error })
    .regex(/^ssm:[A-Za-z0-9_.\-/]{1,2011}$/, { error })
    .transform((text) => text.slice('ssm:'.length));
}

function command(description: string) {
  return z
    .string({ error: 'write a shell command, such as /opt/evenkeel/drain' })
    .min(1, { error: 'write a shell command, such as /opt/evenkeel/drain' })
    .describe(description);
}

const adopt = z
  .strictObject(
    {
      tag: z
        .string({ error: 'write key=value, such as evenkeel:fleet=web' })
        .regex(/^[^=]{1,128}=[^=]{1,256}$/, { error: 'write key=value, such as evenkeel:fleet=web' })
        .optional()
        .describe('The tag that the Auto Scaling group carries, as key=value'),
      group: z
        .string({ error: 'write the name of an Auto Scaling group' })
        .min(1, { error: 'write the name of an Auto Scaling group' })
        .optional()
        .describe('The name of the Auto Scaling group'),
    },
    { error: 'say which group: { tag: evenkeel:fleet=NAME } or { group: NAME }' },
  )
  .refine(({ tag, group }) => (tag === undefined) !== (group === undefined), {
    error: 'give exactly one of tag and group',
  })
  .describe('Which Auto Scaling group this fleet is');

const signal = z.strictObject(
  {
    metric: z
      .enum(['alb-requests-per-target', 'cpu'], { error: 'write alb-requests-per-target or cpu' })
      .describe('alb-requests-per-target: requests a minute that each target serves; cpu: percent'),
    target: z
      .number({ error: 'write a number above 0' })
      .positive({ error: 'write a number above 0' })
      .describe('The value that each instance should have'),
  },
  { error: 'write a metric and its target, such as { metric: cpu, target: 60 }' },
);

/** Two values, one for scaling out and one for scaling in. */
function eachWay<Value extends z.ZodType<unknown, string>>(value: Value, out: string, into: string) {
  return z
    .strictObject(
      {
        out: value.prefault(out as z.input<Value>).describe('For scaling out'),
        in: value.prefault(into as z.input<Value>).describe('For scaling in'),
      },
      { error: `write both, such as { out: ${out}, in: ${into} }` },
    )
    .prefault({});
}

const scaling = z
  .strictObject(
    {
      signals: z
        .record(z.string().regex(NAME, { error: NAME_ERROR }), signal, {
          error: 'write names with a metric and a target each',
        })
        .refine((signals) => Object.keys(signals).length > 0, { error: 'name at least one signal' })
        .prefault({ cpu: { metric: 'cpu', target: 60 } })
        .describe('Metrics and what each instance should show. Out when any asks for it, in when all do'),
      tolerance: share(0, 50)
        .prefault('10%')
        .describe('By how much of its target a signal may be off before capacity changes'),
      stabilisation: eachWay(span('0s', '1h'), '0s', '10m').describe(
        'How far back the lowest need (out) or the highest need (in) is looked for',
      ),
      cooldown: eachWay(span('0s', '1h'), '1m', '5m').describe(
        'The least time between two changes in the same direction',
      ),
      'warm-up': span('0s', '1h')
        .optional()
        .describe('How long a new instance counts as warming; the default is that of its group'),
      step: eachWay(share(1, 1000), '100%', '25%').describe(
        'The most that one change adds or takes, as a share of what stands; always at least one instance',
      ),
    },
    { error: 'write the policy by its keys: signals, tolerance, cooldown …' },
  )
  .prefault({})
  .describe('How many instances there should be');

const admission = z
  .strictObject(
    {
      http: z
        .string({ error: 'write a path, such as /ready' })
        .regex(/^\/[\x21-\x7e]*$/, { error: 'write a path, such as /ready' })
        .optional()
        .describe('The path that answers 2xx once the application is ready'),
      port: z
        .int({ error: 'write a port from 1 to 65535' })
        .min(1, { error: 'write a port from 1 to 65535' })
        .max(65535, { error: 'write a port from 1 to 65535' })
        .prefault(80)
        .describe('The port of the HTTP request'),
      command: command('A shell command that exits 0 once the application is ready').optional(),
      within: span('10s', '2h')
        .prefault('5m')
        .describe('After this an instance that is not ready is replaced'),
      every: span('1s', '10m').prefault('10s').describe('How long to wait before asking again'),
    },
    { error: 'write how readiness shows, such as { http: /ready, within: 5m }' },
  )
  .refine(({ http, command: shell }) => http === undefined || shell === undefined, {
    error: 'give http or command, not both',
  })
  .refine(({ within, every }) => every <= within, {
    error: 'every must not be longer than within',
    path: ['every'],
  })
  .prefault({})
  .describe(
    'How a new instance proves that its application is ready; without http or command it is admitted',
  );

const drain = z
  .strictObject(
    {
      idle: z
        .enum(['none', 'target-requests'], { error: 'write none or target-requests' })
        .prefault('none')
        .describe('What shows that an instance has no work left'),
      command: command('A shell command run on the instance before waiting').optional(),
      within: span('10s', '48h').prefault('15m').describe('After this an instance is let go, idle or not'),
      every: span('5s', '1h').prefault('30s').describe('How long to wait before looking again'),
    },
    { error: 'write how an instance drains, such as { idle: target-requests, within: 15m }' },
  )
  .refine(({ within, every }) => every <= within, {
    error: 'every must not be longer than within',
    path: ['every'],
  })
  .prefault({})
  .describe('How an instance finishes its work before it is terminated');

// Auto Scaling wants the two percentages to be at most 100 points apart:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
const image = z
  .strictObject(
    {
      from: parameter('write ssm: and the name of a parameter that holds an image id').describe(
        'Where the newest image stands',
      ),
      'min-healthy': share(0, 100)
        .prefault('100%')
        .describe('The least share of capacity in service while instances are replaced'),
      'max-healthy': share(100, 200)
        .prefault('110%')
        .describe('The most share of capacity in service while instances are replaced'),
      bake: span('0s', '48h')
        .prefault('10m')
        .describe('How long a refresh watches its alarms and health after the last instance'),
    },
    { error: 'write where the image comes from, such as { from: ssm:/my/image }' },
  )
  .refine((refresh) => refresh['max-healthy'] - refresh['min-healthy'] <= 1, {
    error: 'min-healthy and max-healthy may be at most 100 points apart',
    path: ['max-healthy'],
  })
  .refine((refresh) => refresh['max-healthy'] > 1 || refresh['min-healthy'] < 1, {
    error: 'min-healthy and max-healthy of 100% leave no room to replace an instance: raise this one',
    path: ['max-healthy'],
  })
  .optional()
  .describe('Where newer machine images come from and how they are rolled out; without it none are');

const fleet = z.strictObject(
  {
    adopt,
    mode: z
      .enum(['active', 'shadow', 'paused'], { error: 'write active, shadow or paused' })
      .prefault('active')
      .describe('active acts; shadow decides and records only; paused does neither'),
    scaling,
    admission,
    drain,
    image,
  },
  { error: 'write the fleet by its keys: adopt, mode, scaling …' },
);

const notify = z
  .strictObject(
    {
      email: z
        .array(z.email({ error: 'write an email address, such as oncall@example.com' }), {
          error: 'write a list of email addresses, such as [oncall@example.com]',
        })
        .prefault([])
        .describe('Addresses that are told; AWS asks each to confirm'),
      slack: z
        .strictObject(
          {
            webhook: parameter('write ssm: and the name of the SecureString that holds the URL').describe(
              'The SecureString parameter that holds the URL of the incoming webhook',
            ),
          },
          { error: 'write { webhook: ssm:/NAME }' },
        )
        .optional()
        .describe('The Slack channel that is told'),
    },
    { error: 'write who is told, such as { email: [oncall@example.com] }' },
  )
  .prefault({})
  .describe('Who is told what happens');

/** fleets.yml as a whole. */
export const fleetsSchema = z.strictObject(
  {
    notify,
    fleets: z
      .record(z.string().regex(NAME, { error: NAME_ERROR }), fleet, { error: 'write fleets by their names' })
      .refine((fleets) => Object.keys(fleets).length > 0, { error: 'name at least one fleet' })
      .describe('The fleets, by name'),
  },
  { error: 'write the keys notify and fleets' },
);

/** fleets.yml once it is parsed. */
export type FleetsFile = z.output<typeof fleetsSchema>;
export type FleetEntry = z.output<typeof fleet>;
