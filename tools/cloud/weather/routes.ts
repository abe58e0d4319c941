import { AwsError, type Kernel } from '../kernel/index.ts';
import type { CloudRoutes, RouteRequest } from '../wire/routes.ts';
import { moment } from './plan/values.ts';
import { PlanError } from './plan/problems.ts';
import type { EntryInput, PlanInput } from './plan/schema.ts';
import type { Forecast } from './weather.ts';

const WEATHER = '/_cloud/weather';
const CLOCK = '/_cloud/clock';

/**
 * Weather and time over HTTP, for tests in any language:
 * `GET /_cloud/weather`, `POST` an entry (or a plan, an object of `entries`), `DELETE /_cloud/weather/ID`;
 * `GET /_cloud/clock`, `POST {"by": "90s"}` or `{"to": "2026-01-05T12:00:00Z"}`.
 */
export function addControls(routes: CloudRoutes, { weather, clock }: Kernel): void {
  const now = () => ({ now: clock.date().toISOString(), epochMilliseconds: clock.now() });
  routes.add('GET', WEATHER, () => ({ body: { entries: weather.list().map(wireForecast) } }));
  routes.add('POST', WEATHER, (request) => {
    const given = request.json();
    return explained(() => {
      if (isPlan(given)) weather.follow(given);
      else return { status: 201, body: { id: weather.add(given as EntryInput) } };
      return { status: 201, body: { entries: weather.list().map(wireForecast) } };
    });
  });
  routes.add('DELETE', WEATHER, ({ path }) => {
    const id = path.slice(WEATHER.length + 1);
    if (weather.remove(id)) return { status: 204 };
    throw new AwsError('NotFound', `No entry of the weather is called '${id}'.`, { status: 404 });
  });
  routes.add('GET', CLOCK, () => ({ body: now() }));
  routes.add('POST', CLOCK, async (request) => {
    await request.without(clock.runUntil(goalOf(request, clock.now())));
    return { body: now() };
  });
}

/** What a client sees of an entry: instants in ISO 8601, `until` null where nothing ends it. */
function wireForecast({ id, state, from, until, given }: Forecast) {
  return {
    id,
    state,
    from: new Date(from).toISOString(),
    until: until === Infinity ? null : new Date(until).toISOString(),
    entry: given,
  };
}

function isPlan(given: unknown): given is PlanInput {
  return typeof given === 'object' && given !== null && !('kind' in given);
}

/** A plan that is none is a bad request, with a line for each fault. */
function explained<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof PlanError) throw new AwsError('BadRequest', error.message);
    throw error;
  }
}

function goalOf(request: RouteRequest, now: number): number {
  const { by, to } = (request.json() ?? {}) as { readonly by?: unknown; readonly to?: unknown };
  const parsed = moment.safeParse(by ?? to);
  const goal = parsed.success ? instant(parsed.data, now) : undefined;
  if (goal !== undefined && goal >= now) return goal;
  throw new AwsError(
    'BadRequest',
    'Write {"by": "90s"}, or {"to": "2026-01-05T12:00:00Z"} with an instant that has not passed.',
  );
}

function instant(moment: { readonly at: number } | { readonly after: number }, now: number): number {
  return 'at' in moment ? moment.at : now + moment.after;
}
