import { didYouMean } from '../../../shared/config/did-you-mean.ts';
import type { Params } from './rules.ts';
import { RULES } from './rules.ts';

/** What is known of a deployment before anything is packaged. */
export interface Given {
  /** What the command line says. */
  readonly cli: Params;
  /** Names of all params that serverless.yml has. */
  readonly known: readonly string[];
  /** serverless.yml's values for the stage, and for all, without those that it takes from `defaults`. */
  readonly stage: Params;
  readonly common: Params;
  /** What infra/profiles/defaults.yml says of each profile. */
  readonly defaults: Readonly<Record<string, Params>>;
}

export interface Verdict {
  /** All params with the values that count. */
  readonly params: Params;
  /** A line for each value that cannot be used: param, value, mend. */
  readonly problems: readonly string[];
  /** What can be used and is worth a word. */
  readonly warnings: readonly string[];
}

/** Whether a deployment's params can be used, before any file is chosen by them. */
export function checkParams({ cli, known, stage, common, defaults }: Given): Verdict {
  const profile = cli.profile ?? stage.profile ?? common.profile ?? '';
  const params = { ...(defaults[profile] ?? {}), ...common, ...stage, ...cli };
  const problems = [
    ...Object.keys(cli).flatMap((name) => unknown(name, known)),
    ...Object.entries(RULES).flatMap(([name, rule]) => {
      const value = params[name];
      const mend = value === undefined ? undefined : rule(value, params);
      return mend === undefined ? [] : [`--param ${name}=${value} cannot be used: ${mend}`];
    }),
  ];
  return { params, problems, warnings: problems.length > 0 ? [] : warningsOf(params, Object.keys(cli)) };
}

function unknown(name: string, known: readonly string[]): string[] {
  if (known.includes(name)) return [];
  const meant = didYouMean(name, known);
  return [
    `--param ${name} is unknown: ${meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`}`,
  ];
}

/** Params that only some profiles read. */
const READ_BY: Readonly<Record<string, readonly string[]>> = {
  'database-class': ['wordpress'],
  'database-multi-az': ['wordpress'],
  certificate: ['web', 'wordpress', 'employee-directory'],
  domain: ['web', 'wordpress', 'employee-directory'],
  waf: ['web', 'wordpress', 'employee-directory'],
};

const FLEET_PARAMS = ['zones', 'nat', 'min', 'max', 'desired', 'instance-type', 'image', 'key-pair'];

function warningsOf(params: Params, given: readonly string[]): string[] {
  const { profile = '' } = params;
  const idle = given.filter(
    (name) =>
      (READ_BY[name] !== undefined && !READ_BY[name].includes(profile)) ||
      (profile === 'byo' && FLEET_PARAMS.includes(name)),
  );
  return [
    ...idle.map((name) => `--param ${name} changes nothing: profile ${profile} does not read it`),
    ...(params['load-balancer'] !== 'none' && params.certificate === 'none'
      ? [
          'Visitors are served by plain HTTP: give a certificate of ACM, --param certificate=ARN, for HTTPS and a ' +
            'redirect to it',
        ]
      : []),
  ];
}

/** The fleets file, as far as a profile's group needs it. */
export interface FleetsFile {
  readonly fleets?: Readonly<Record<string, { readonly scaling?: { readonly signals?: Signals } }>>;
}
type Signals = Readonly<Record<string, { readonly metric?: string } | undefined>>;

/** Which signals the alarms of infra/alarms take their thresholds from. */
const ALARMED: Readonly<Record<string, readonly string[]>> = {
  alb: ['requests', 'cpu'],
  nlb: ['cpu'],
  none: ['cpu'],
};

/** Whether the fleets file describes the fleet that a profile's group is, by signals that its alarms can give. */
export function checkFleetsFile(params: Params, fleet: string, content: FleetsFile): string[] {
  const { fleets: file = '', profile = '', 'load-balancer': balancer = 'none' } = params;
  if (fleet === 'none') return [];
  const found = content.fleets?.[fleet];
  const cannot = `--param fleets=${file} cannot be used`;
  if (found === undefined)
    return [`${cannot}: profile ${profile} makes a group for the fleet ${fleet}: name it there`];
  const signals = found.scaling?.signals ?? {};
  const missing = (ALARMED[balancer] ?? []).filter((name) => signals[name] === undefined);
  const uncounted = Object.keys(signals).filter(
    (name) => balancer !== 'alb' && signals[name]?.metric === 'alb-requests-per-target',
  );
  return [
    ...missing.map(
      (name) => `${cannot}: fleets.${fleet}.scaling.signals has no ${name}, which an alarm asks: add it`,
    ),
    ...uncounted.map(
      (name) =>
        `${cannot}: fleets.${fleet}.scaling.signals.${name} counts the requests of an alb, and load-balancer is ` +
        `${balancer}: without a figure for it the fleet would never shrink. Take it out, or give ` +
        `--param fleets=examples/web/fleets-nlb.yml`,
    ),
  ];
}
