import { AwsError } from '../../kernel/index.ts';

/** A database engine of RDS. */
export interface Engine {
  readonly name: 'mysql' | 'mariadb' | 'postgres';
  readonly port: number;
  readonly license: string;
  /** Its newest version of each series: what a version that names only the series means. */
  readonly versions: Readonly<Record<string, string>>;
  readonly newest: string;
}

/** Engines and versions of June 2025; the newest minor version of each series. */
const ENGINES: readonly Engine[] = [
  {
    name: 'mysql',
    port: 3306,
    license: 'general-public-license',
    versions: { '8.0': '8.0.42', '8.4': '8.4.5' },
    newest: '8.0.42',
  },
  {
    name: 'mariadb',
    port: 3306,
    license: 'general-public-license',
    versions: { '10.6': '10.6.22', '10.11': '10.11.13', '11.4': '11.4.7', '11.8': '11.8.3' },
    newest: '11.4.7',
  },
  {
    name: 'postgres',
    port: 5432,
    license: 'postgresql-license',
    versions: { '14': '14.18', '15': '15.13', '16': '16.9', '17': '17.5' },
    newest: '17.5',
  },
];

/** @throws AwsError NotImplemented for engines that the cloud has not, InvalidParameterValue for what is none */
export function engineNamed(name: string): Engine {
  const engine = ENGINES.find((one) => one.name === name);
  if (engine !== undefined) return engine;
  if (/^(aurora|oracle|sqlserver|db2|custom)/.test(name)) {
    throw new AwsError('NotImplemented', `Databases of engine ${name} are not part of this local cloud.`, {
      status: 501,
    });
  }
  throw new AwsError('InvalidParameterValue', 'Invalid DB engine');
}

/** `8.0` → `8.0.42`; a full version as it is. @throws AwsError InvalidParameterCombination */
export function versionOf(engine: Engine, wanted: string | undefined): string {
  if (wanted === undefined) return engine.newest;
  const series = seriesOf(engine, wanted);
  if (series !== undefined) return wanted === series ? (engine.versions[series] ?? wanted) : wanted;
  throw new AwsError('InvalidParameterCombination', `Cannot find version ${wanted} for ${engine.name}`);
}

/** `mysql8.0`: what a version's parameter groups are for. */
export function familyOf(engine: Engine, version: string): string {
  return `${engine.name}${seriesOf(engine, version) ?? ''}`;
}

export function isFamily(family: string): boolean {
  return ENGINES.some(({ name, versions }) =>
    Object.keys(versions).some((series) => family === `${name}${series}`),
  );
}

export function seriesOf(engine: Engine, version: string): string | undefined {
  return Object.keys(engine.versions).find(
    (series) => version === series || version.startsWith(`${series}.`),
  );
}
