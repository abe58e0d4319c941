import * as z from 'zod';

const TAG_ERROR = 'write the key of a tag, such as evenkeel:do-not-touch';

export const protect = z
  .strictObject(
    {
      tag: z
        .string({ error: TAG_ERROR })
        .regex(/^(?!aws:)[\w .:/=+@-]{1,128}$/, { error: TAG_ERROR })
        .prefault('evenkeel:do-not-touch')
        .describe('Instances with this tag are neither taken in nor replaced, unless its value is false'),
    },
    { error: 'write { tag: evenkeel:do-not-touch }' },
  )
  .prefault({})
  .describe('Which instances Evenkeel leaves alone');
