import * as z from 'zod';
import { span } from '../quantities.ts';
import { command } from './text.ts';

export const drain = z
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
