import * as z from 'zod';
import { share, span } from '../quantities.ts';
import { parameter } from './text.ts';

// Auto Scaling wants the two percentages to be at most 100 points apart:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
export const image = z
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
