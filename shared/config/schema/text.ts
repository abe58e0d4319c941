import * as z from 'zod';

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const NAME_ERROR = 'a name is 1 to 32 small letters, digits and hyphens, and begins with a letter';

/** What fleets and signals are called: it stands in the names of alarms and tags. */
export const name = z.string().regex(NAME, { error: NAME_ERROR });

/** `ssm:` and the name of a parameter. */
export function parameter(error: string) {
  return z
    .string({ error })
    .regex(/^ssm:[A-Za-z0-9_.\-/]{1,2011}$/, { error })
    .transform((text) => text.slice('ssm:'.length));
}

/** A shell command that Systems Manager runs on an instance. */
export function command(description: string) {
  return z
    .string({ error: 'write a shell command, such as /opt/evenkeel/drain' })
    .min(1, { error: 'write a shell command, such as /opt/evenkeel/drain' })
    .describe(description);
}

/** The path of an HTTP request. */
export const path = z
  .string({ error: 'write a path, such as /ready' })
  .regex(/^\/[\x21-\x7e]*$/, { error: 'write a path, such as /ready' });

export const port = z
  .int({ error: 'write a port from 1 to 65535' })
  .min(1, { error: 'write a port from 1 to 65535' })
  .max(65535, { error: 'write a port from 1 to 65535' })
  .prefault(80);
