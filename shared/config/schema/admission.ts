import * as z from 'zod';
import { span } from '../quantities.ts';
import { command, path, port } from './text.ts';

export const admission = z
  .strictObject(
    {
      http: path.optional().describe('The path that answers 2xx once the application is ready'),
      port: port.describe('The port of the HTTP request'),
      command: command('A shell command that exits 0 once the application is ready').optional(),
      prime: command(
        'A shell command run once the application is ready, such as one that fills caches',
      ).optional(),
      timeout: span('1s', '1h')
        .optional()
        .describe('How long a request may take, 5s where nothing is said, or a command, 60s'),
      successes: z
        .int({ error: 'write a whole number from 1 to 100' })
        .min(1, { error: 'write a whole number from 1 to 100' })
        .max(100, { error: 'write a whole number from 1 to 100' })
        .prefault(1)
        .describe('How many good answers in a row let an instance in'),
      failures: z
        .int({ error: 'write a whole number from 1 to 100' })
        .min(1, { error: 'write a whole number from 1 to 100' })
        .max(100, { error: 'write a whole number from 1 to 100' })
        .optional()
        .describe('How many bad answers in a row, after a first good one, give it up before its time'),
      breaker: z
        .union([z.literal('off'), z.int().min(1).max(100)], {
          error: 'write off, or after how many failed admissions in a row launches stop: 1 to 100',
        })
        .prefault(5)
        .describe(
          'After so many failed admissions in a row the fleet launches nothing for a quarter of an hour',
        ),
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
  .refine(({ http, timeout = 0 }) => http === undefined || timeout <= 30, {
    error: 'a request may take 30s at most',
    path: ['timeout'],
  })
  .refine(({ within, every }) => every <= within, {
    error: 'every must not be longer than within',
    path: ['every'],
  })
  .prefault({})
  .describe(
    'How a new instance proves that its application is ready; without http or command it is admitted',
  );
