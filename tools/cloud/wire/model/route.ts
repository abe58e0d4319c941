import type { OperationModel } from './service-model.ts';

/** Where a REST operation is found. */
export interface Route {
  readonly operation: OperationModel;
  readonly method: string;
  /** Status of a good reply. */
  readonly status: number;
  /** The labels' values are its groups, in the order of `labels`. */
  readonly path: RegExp;
  readonly labels: readonly string[];
  /** Query parameters that must be there; undefined stands for any value. */
  readonly query: readonly (readonly [string, string | undefined])[];
  /** Query parameters and headers that the input requires: they tell UploadPart from PutObject. */
  readonly neededQuery: readonly string[];
  readonly neededHeaders: readonly string[];
  readonly specificity: number;
}

export interface RouteMatch {
  readonly route: Route;
  /** Values of the labels, still percent-encoded, by member name. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What of a request a route is chosen by. */
export interface Routable {
  readonly method: string;
  /** Without the query, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * @param http `[method, uri, status]`, the uri with labels: `/{Key+}?uploads&x-id=CreateMultipartUpload`
 */
export function compileRoute(operation: OperationModel, http: readonly [string, string, number]): Route {
  const [method, uri, status] = http;
  const [template = '/', queryString] = uri.split('?');
  const members = operation.input.kind === 'structure' ? operation.input.members : [];
  const unplaced = members.filter((m) => m.traits.httpLabel && !template.includes(`{${m.name}`));
  // S3's model has the bucket in the host name; in the path it comes first.
  const full = (unplaced.map((m) => `/{${m.name}}`).join('') + template).replace(/\/$/, '');
  const { path, labels, weight } = compilePath(full);
  const query = (queryString?.split('&') ?? [])
    .map((pair) => pair.split('='))
    .map(([name = '', value]) => [name, value] as const)
    // `x-id` only helps servers to choose, and only the JavaScript SDK sends it.
    .filter(([name]) => name !== 'x-id');
  const required = members.filter((m) => m.isRequired);
  const neededQuery = required.flatMap((m) => m.traits.httpQuery ?? []);
  const neededHeaders = required.flatMap((m) => m.traits.httpHeader?.toLowerCase() ?? []);
  const extras = query.length + neededQuery.length + neededHeaders.length;
  return {
    operation,
    method,
    status,
    path,
    labels,
    query,
    neededQuery,
    neededHeaders,
    specificity: weight + 1000 * extras,
  };
}

function compilePath(template: string): { path: RegExp; labels: string[]; weight: number } {
  const labels: string[] = [];
  let weight = 0;
  const segments = template.split('/').map((segment) => {
    const label = /^\{(.+?)(\+)?\}$/.exec(segment);
    if (label?.[1] !== undefined) {
      labels.push(label[1]);
      weight += 1;
      return label[2] === undefined ? '([^/]+)' : '(.+)';
    }
    weight += 2 * segment.length;
    return segment.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return { path: new RegExp(`^${segments.join('/')}/?$`), labels, weight };
}

/** Finds the operation a request is for; without one that has all its parameters, the nearest. */
export function matchRoute(routes: readonly Route[], request: Routable): RouteMatch | undefined {
  const fitting = routes.filter((route) => isFitting(route, request));
  const named = fitting.find((route) => route.operation.name === request.query.get('x-id'));
  const route = named ?? fitting.find((candidate) => hasNeeded(candidate, request)) ?? fitting.at(-1);
  if (route === undefined) return undefined;
  const values = route.path.exec(request.path)?.slice(1) ?? [];
  const labels = route.labels.map((name, i) => [name, values[i] ?? ''] as const);
  return { route, labels: Object.fromEntries(labels) };
}

function isFitting(route: Route, { method, path, query }: Routable): boolean {
  return (
    route.method === method &&
    route.query.every(([name, value]) =>
      value === undefined ? query.has(name) : query.get(name) === value,
    ) &&
    route.path.test(path)
  );
}

function hasNeeded(route: Route, { query, headers }: Routable): boolean {
  return (
    route.neededQuery.every((name) => query.has(name)) &&
    route.neededHeaders.every((name) => headers[name] !== undefined)
  );
}
