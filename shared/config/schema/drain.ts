import * as z from 'zod';
import { span } from '../quantities.ts';
import { command, path, port } from './text.ts';

const EVIDENCE_ERROR =
  'write target-requests, balancer-requests, { http: /busy }, { command: /opt/idle }, { queue: jobs } or a list of them';

const evidence = z.union(
  [
    z.enum(['target-requests', 'balancer-requests']),
    z.strictObject({
      http: path.describe('The path that says whether the application is busy'),
      port: port.describe('The port of the HTTP request'),
    }),
    z.strictObject({ command: command('A shell command that exits 0 once the instance is idle') }),
    z.strictObject({
      queue: z
        .string()
        .regex(/^(?:[\w-]|\{instance\}){1,80}(?:\.fifo)?$/)
        .describe(
          'The queue whose messages in flight are the work; {instance} stands for the id of the instance',
        ),
    }),
  ],
  { error: EVIDENCE_ERROR },
);

const SERVICE_ERROR = 'write the id of a service of AWS Cloud Map, such as srv-e4anhexample0004';
const ZONE_ERROR = 'write the id of a hosted zone, such as Z1D633PJN98FT9';

export const drain = z
  .strictObject(
    {
      idle: z
        .union([z.literal('none'), evidence, z.array(evidence).min(1)], {
          error: `write none, or ${EVIDENCE_ERROR.slice('write '.length)}`,
        })
        .prefault('none')
        .describe('What shows that an instance has no work left; all that is named has to'),
      confirm: span('1s', '1h')
        .optional()
        .describe('How long it has to show; 3s by default, 60s for balancer-requests and queue'),
      command: command('A shell command run on the instance before waiting').optional(),
      within: span('10s', '48h').prefault('15m').describe('After this an instance is let go, idle or not'),
      every: span('1s', '1h')
        .prefault('3s')
        .describe('How long to wait before looking again; more in long drains'),
      'other-target-groups': z
        .enum(['deregister', 'leave'], { error: 'write deregister or leave' })
        .prefault('deregister')
        .describe(
          'What to do where an instance is registered in target groups that are not those of its group',
        ),
      'cloud-map': z
        .strictObject(
          {
            service: z
              .string({ error: SERVICE_ERROR })
              .regex(/^srv-[a-z0-9]{1,60}$/, { error: SERVICE_ERROR })
              .describe('The id of the service in which an instance is registered under its own id'),
            'hosted-zone': z
              .string({ error: ZONE_ERROR })
              .regex(/^Z[A-Z0-9]{1,31}$/, { error: ZONE_ERROR })
              .optional()
              .describe('The id of the hosted zone in which that service has records, if it has'),
          },
          { error: 'write { service: srv-… }' },
        )
        .optional()
        .describe('A service of AWS Cloud Map that an instance is taken out of'),
      unfinished: z
        .enum(['continue', 'abandon'], { error: 'write continue or abandon' })
        .prefault('continue')
        .describe(
          'What the hook ends with where the work was not finished; abandon skips the hooks after it',
        ),
    },
    { error: 'write how an instance drains, such as { idle: target-requests, within: 15m }' },
  )
  .refine(({ within, every }) => every <= within, {
    error: 'every must not be longer than within',
    path: ['every'],
  })
  .refine(({ within, confirm }) => confirm === undefined || confirm <= within, {
    error: 'confirm must not be longer than within',
    path: ['confirm'],
  })
  .prefault({})
  .describe('How an instance finishes its work before it is terminated');
