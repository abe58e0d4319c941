import * as z from 'zod';
import { AwsError } from '../kernel/index.ts';
import { problemsOf } from '../weather/plan/problems.ts';
import type { CloudRoutes } from '../wire/routes.ts';
import type { Applications } from './applications.ts';

const APPLICATIONS = '/_cloud/applications';

const PORT = 'write a port from 1 to 65535, or "any"';

const SHARE = 'write a share from 0 to 1';

const seconds = z.number('write seconds').min(0, 'write seconds, none of them negative');

const change = z.strictObject({
  group: z.string('write the name of an Auto Scaling group').min(1, 'write a name').optional(),
  capacity: z.number('write requests a second').positive('write more than 0 requests a second').optional(),
  drain: z.strictObject({ least: seconds, most: seconds }).optional(),
  port: z.union([z.literal('any'), z.int(PORT).min(1, PORT).max(65_535, PORT)], PORT).optional(),
  paths: z
    .array(z.string().startsWith('/', 'write a path that begins with /'), 'write a list of paths')
    .optional(),
  slow: z.strictObject({ share: z.number('write a share').min(0, SHARE).max(1, SHARE), seconds }).optional(),
  needsInternet: z.boolean('write true or false').optional(),
});

/**
 * What the applications are like, over HTTP: `GET /_cloud/applications` (of one group: `?group=NAME`), and
 * `POST {"group": "web", "port": 8080}`; without a group, of all that have no settings of their own.
 */
export function addApplicationControls(routes: CloudRoutes, applications: Applications): void {
  routes.add('GET', APPLICATIONS, ({ query }) => ({
    body: applications.settingsOf(query.get('group') ?? ''),
  }));
  routes.add('POST', APPLICATIONS, (request) => {
    const given = request.json() ?? {};
    const parsed = change.safeParse(given);
    if (!parsed.success)
      throw new AwsError('BadRequest', problemsOf(parsed.error, given, 'application').join('\n'));
    const { group, ...settings } = parsed.data;
    const present = Object.entries(settings).filter(([, value]) => value !== undefined);
    applications.configure(Object.fromEntries(present), group);
    return { body: applications.settingsOf(group) };
  });
}
