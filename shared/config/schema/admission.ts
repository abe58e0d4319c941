import * as z from 'zod';
import { span } from '../quantities.ts';
import { command, path, port } from './text.ts';

export const admission = z
  .strictObject(
    {
      http: path.optional().describe('The path that answers 2xx once the application is ready'),
      port: port.describe('The port of the HTTP request'),
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
