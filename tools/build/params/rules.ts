/** What each param of serverless.yml may be. `infra/README.md` says what it does. */

/** All params with their values, as texts. */
export type Params = Readonly<Record<string, string>>;

/** How a value that cannot be used is mended; undefined for a good one. */
type Rule = (value: string, params: Params) => string | undefined;

export const PROFILES = ['hello', 'web', 'wordpress', 'employee-directory', 'byo'] as const;

/** Which load balancers a profile has files for: infra/profiles. */
export const LOAD_BALANCERS: Readonly<Record<string, readonly string[]>> = {
  hello: ['none'],
  web: ['alb', 'nlb'],
  wordpress: ['alb'],
  'employee-directory': ['alb'],
  byo: ['none'],
};

/** A group of AWS's has at most so many instances by default: https://docs.aws.amazon.com/general/latest/gr/as.html */
const MOST_INSTANCES = 1000;

export const RULES: Readonly<Record<string, Rule>> = {
  profile: oneOf(...PROFILES),
  zones: oneOf('2', '3'),
  nat: oneOf('one', 'per-zone'),
  'load-balancer': (value, { profile = '' }) => oneOf(...(LOAD_BALANCERS[profile] ?? []))(value, {}),
  certificate: matches(
    /^(none|arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-zA-Z-]+)$/,
    "write none or a certificate's ARN, such as arn:aws:acm:eu-central-1:123456789012:certificate/…",
  ),
  domain: matches(
    /^(none|(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9])$/,
    'write none or a name, such as www.example.com',
  ),
  waf: (value, params) =>
    oneOf('on', 'off')(value, params) ??
    (value === 'on' && params['load-balancer'] === 'nlb'
      ? 'AWS WAF stands before an alb only: write off, or take load-balancer=alb'
      : undefined),
  min: (value, { max = '' }) =>
    wholeNumber(value) ?? (Number(value) > Number(max) ? `write at most max, which is ${max}` : undefined),
  max: (value, { profile }) =>
    wholeNumber(value) ??
    (profile !== 'byo' && value === '0' ? 'write at least 1: with 0 nothing can ever start' : undefined),
  desired: (value, { min = '', max = '' }) => {
    if (value === 'none') return undefined;
    const isBetween = Number(value) >= Number(min) && Number(value) <= Number(max);
    return (
      wholeNumber(value) ??
      (isBetween ? undefined : `write none, or a number from min to max: ${min} to ${max}`)
    );
  },
  'instance-type': instanceType,
  image: matches(
    /^(ami-[0-9a-f]{8,17}|\/[A-Za-z0-9_.\-/]{1,1010}[A-Za-z0-9_.-])$/,
    "write an image's id, such as ami-0123456789abcdef0, or a parameter's name, which begins with /",
    'byo',
  ),
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html
  'key-pair': matches(
    /^[\x20-\x7e]{1,255}$/,
    'write none, or the name of a key pair: up to 255 characters of ASCII',
  ),
  data: oneOf('keep', 'delete'),
  concurrency: oneOf('shared', 'reserved'),
  'database-class': matches(/^db\.[a-z0-9-]+\.[a-z0-9-]+$/, 'write a class of RDS, such as db.t4g.small'),
  'database-multi-az': oneOf('true', 'false'),
  'refresh-schedule': matches(
    /^(cron|rate|at)\(.+\)$/,
    'write cron(…), rate(…) or at(…), as EventBridge Scheduler has it',
  ),
  'refresh-zone': (value) =>
    isTimeZone(value) ? undefined : 'write a zone of the IANA, such as Europe/Berlin',
};

function oneOf(...values: readonly string[]): Rule {
  return (value) => {
    if (values.includes(value)) return undefined;
    return `write ${values.length === 1 ? '' : `${values.slice(0, -1).join(', ')} or `}${values.at(-1) ?? ''}`;
  };
}

/** @param unlessProfile a profile for which the param means nothing */
function matches(pattern: RegExp, mend: string, unlessProfile?: string): Rule {
  return (value, { profile }) => (profile === unlessProfile || pattern.test(value) ? undefined : mend);
}

function wholeNumber(value: string): string | undefined {
  if (/^\d{1,4}$/.test(value) && Number(value) <= MOST_INSTANCES) return undefined;
  return `write a whole number from 0 to ${MOST_INSTANCES}`;
}

function instanceType(value: string, { profile, image = '' }: Params): string | undefined {
  if (profile === 'byo') return undefined;
  if (!/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(value)) return 'write an instance type, such as t4g.small';
  const wanted = /(arm64|x86_64|amd64)$/.exec(image)?.[1];
  if (wanted === undefined || (wanted === 'arm64') === isGraviton(value)) return undefined;
  return wanted === 'arm64'
    ? `the image is for arm64: write a Graviton type, such as t4g.small, or take an image for x86_64`
    : `the image is for x86_64: write a type such as t3.small, or take an image for arm64`;
}

/** The family's letters after its generation name the processor: g is Graviton, as in t4g, c7gn, x2gd; and there is a1. */
function isGraviton(type: string): boolean {
  return /^(a1|[a-z]+\d+[a-z]*g[a-z]*)[.-]/.test(type) && !/^g\d/.test(type);
}

function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
