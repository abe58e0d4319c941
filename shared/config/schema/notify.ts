import * as z from 'zod';
import { parameter } from './text.ts';

export const notify = z
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
