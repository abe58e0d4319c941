import * as z from 'zod';

export const adopt = z
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
