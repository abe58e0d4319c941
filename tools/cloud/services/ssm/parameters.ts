import { createHash } from 'node:crypto';
import type { ParameterTier, ParameterType } from '@aws-sdk/client-ssm';
import { arn, AwsError, type Kernel } from '../../kernel/index.ts';

/** One version of a parameter. */
export interface ParameterVersion {
  readonly version: number;
  readonly value: string;
  readonly type: ParameterType;
  readonly keyId: string | undefined;
  readonly description: string | undefined;
  readonly allowedPattern: string | undefined;
  readonly dataType: string;
  readonly tier: ParameterTier;
  readonly modifiedAt: Date;
  readonly labels: Set<string>;
}

export interface ParameterRecord {
  readonly name: string;
  readonly arn: string;
  /** Newest last; AWS keeps a hundred. */
  readonly versions: ParameterVersion[];
  readonly tags: Map<string, string>;
  /** Published by AWS under `/aws/service/`: readable by everyone, listed nowhere. */
  readonly isPublic: boolean;
}

export type NewParameterVersion = Pick<
  ParameterVersion,
  'value' | 'type' | 'keyId' | 'description' | 'allowedPattern' | 'dataType' | 'tier'
>;

const VERSIONS_KEPT = 100;

/** Systems Manager's parameters, the account's own and AWS's public ones. */
export class ParameterStore {
  readonly #kernel: Kernel;
  readonly #byName = new Map<string, ParameterRecord>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** A parameter's value as its owner sees it; `name` may end in `:version` or `:label`, or be an ARN. */
  value(name: string): string | undefined {
    const { parameter, version } = this.#lookup(name);
    return parameter === undefined ? undefined : version?.value;
  }

  /** ARNs of the account's own parameters of data type `aws:ec2:image` whose value is an image's id. */
  naming(imageId: string): string[] {
    const names = ({ value, dataType }: ParameterVersion) =>
      value === imageId && dataType === 'aws:ec2:image';
    return this.own()
      .filter(({ versions }) => versions.slice(-1).some(names))
      .map((parameter) => parameter.arn);
  }

  /** Sets one of AWS's own public parameters, under `/aws/service/`. */
  publish(name: string, value: string): void {
    this.add(this.#byName.get(name) ?? this.begin(name, new Map(), true), {
      value,
      type: 'String',
      keyId: undefined,
      description: undefined,
      allowedPattern: undefined,
      dataType: 'aws:ec2:image',
      tier: 'Standard',
    });
  }

  begin(name: string, tags: Map<string, string>, isPublic = false): ParameterRecord {
    const { account } = this.#kernel;
    const owner = isPublic ? { ...account, id: '' } : account;
    const parameter = {
      name,
      arn: arn(owner, 'ssm', `parameter/${name.replace(/^\//, '')}`),
      versions: [],
      tags,
      isPublic,
    };
    this.#byName.set(name, parameter);
    return parameter;
  }

  add(parameter: ParameterRecord, version: NewParameterVersion): ParameterVersion {
    const added: ParameterVersion = {
      ...version,
      version: (parameter.versions.at(-1)?.version ?? 0) + 1,
      modifiedAt: this.#kernel.clock.date(),
      labels: new Set(),
    };
    parameter.versions.push(added);
    if (parameter.versions.length > VERSIONS_KEPT) parameter.versions.shift();
    return added;
  }

  find(name: string): ParameterRecord | undefined {
    return this.#byName.get(plainName(name));
  }

  /** @throws AwsError ParameterNotFound */
  get(name: string): ParameterRecord {
    const parameter = this.find(name);
    if (parameter === undefined) throw new AwsError('ParameterNotFound', '');
    return parameter;
  }

  /**
   * The version that `name`, `name:3` or `name:label` stands for.
   *
   * @throws AwsError ParameterNotFound, ParameterVersionNotFound
   */
  versionOf(name: string): { parameter: ParameterRecord; version: ParameterVersion; selector?: string } {
    const { parameter, version, selector } = this.#lookup(name);
    if (parameter === undefined) throw new AwsError('ParameterNotFound', '');
    if (version === undefined)
      throw new AwsError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${selector ?? ''} of ${parameter.name}.`,
      );
    return { parameter, version, ...(selector === undefined ? {} : { selector: `:${selector}` }) };
  }

  delete(name: string): boolean {
    return this.#byName.delete(plainName(name));
  }

  /** The account's own parameters, by name. */
  own(): ParameterRecord[] {
    return [...this.#byName.values()]
      .filter(({ isPublic }) => !isPublic)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Every parameter below a path, public ones included. */
  below(path: string): ParameterRecord[] {
    const prefix = path.endsWith('/') ? path : `${path}/`;
    return [...this.#byName.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #lookup(name: string) {
    const plain = plainName(name);
    const [bare = '', selector] = plain.split(':');
    const parameter = this.#byName.get(bare);
    const version =
      selector === undefined
        ? parameter?.versions.at(-1)
        : parameter?.versions.find((one) => String(one.version) === selector || one.labels.has(selector));
    return { parameter, version, selector };
  }
}

const ARN = /^arn:aws:ssm:[^:]*:[^:]*:parameter(\/.*)$/;

/** A name without the ARN around it. A name with one part only has no leading slash in its parameter. */
function plainName(name: string): string {
  const path = ARN.exec(name)?.[1];
  if (path === undefined) return name;
  return path.lastIndexOf('/') === 0 ? path.slice(1) : path;
}

/** What a SecureString reads as without decryption: like a ciphertext, it tells nothing of the value. */
export function ciphertext(value: string): string {
  return `AQICAHh${createHash('sha512').update(value).digest('base64')}`;
}
