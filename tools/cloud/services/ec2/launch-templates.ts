import type { LaunchTemplate, LaunchTemplateVersion, RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import { AwsError, type Kernel } from '../../kernel/index.ts';
import type { ResolvedTemplate, TemplateSpec } from './api.ts';
import { Collection } from './collection.ts';
import { missingParameter } from './errors.ts';
import { given, type Known } from './records.ts';
import type { Tags } from './tags.ts';

export type TemplateVersion = Known<LaunchTemplateVersion, 'VersionNumber' | 'LaunchTemplateData'>;

export type TemplateRecord = Known<
  LaunchTemplate,
  'LaunchTemplateId' | 'LaunchTemplateName' | 'DefaultVersionNumber' | 'LatestVersionNumber'
> & { readonly versions: Map<number, TemplateVersion> };

export interface NewVersion {
  readonly data: RequestLaunchTemplateData;
  readonly description?: string | undefined;
  /** The version whose parameters hold where the new data names none. */
  readonly sourceVersion?: string | undefined;
}

/** Launch templates with all their versions. */
export class LaunchTemplates {
  readonly collection: Collection<TemplateRecord>;
  readonly #kernel: Kernel;
  readonly #byName = new Map<string, string>();

  constructor(kernel: Kernel, tags: Tags) {
    this.#kernel = kernel;
    this.collection = new Collection<TemplateRecord>(
      {
        idOf: (template) => template.LaunchTemplateId,
        missing: (id) =>
          /^lt-[0-9a-f]{8,17}$/.test(id)
            ? new AwsError(
                'InvalidLaunchTemplateId.NotFound',
                `The specified launch template, with template ID ${id}, does not exist.`,
              )
            : new AwsError('InvalidLaunchTemplateId.Malformed', `Invalid id: "${id}" (expecting "lt-...")`),
        filters: {
          'launch-template-name': (template) => template.LaunchTemplateName,
          'create-time': (template) => template.CreateTime?.toISOString(),
        },
      },
      tags,
    );
  }

  create(name: string | undefined, version: NewVersion, tags: [string, string][]): TemplateRecord {
    if (name === undefined) throw missingParameter('LaunchTemplateName');
    if (this.#byName.has(name))
      throw new AwsError(
        'InvalidLaunchTemplateName.AlreadyExistsException',
        'Launch template name already in use.',
      );
    const template: TemplateRecord = {
      LaunchTemplateId: `lt-${this.#kernel.ids.hex(17)}`,
      LaunchTemplateName: name,
      CreateTime: this.#kernel.clock.date(),
      CreatedBy: `arn:aws:iam::${this.#kernel.account.id}:root`,
      DefaultVersionNumber: 1,
      LatestVersionNumber: 0,
      versions: new Map(),
    };
    this.collection.add(template, tags);
    this.#byName.set(name, template.LaunchTemplateId);
    this.addVersion({ id: template.LaunchTemplateId }, version);
    return this.collection.get(template.LaunchTemplateId);
  }

  /** @throws AwsError InvalidLaunchTemplateId.NotFound, InvalidLaunchTemplateName.NotFoundException */
  get(spec: TemplateSpec): TemplateRecord {
    if (spec.id !== undefined) return this.collection.get(spec.id);
    if (spec.name === undefined) throw missingParameter('LaunchTemplateId');
    const id = this.#byName.get(spec.name);
    if (id === undefined)
      throw new AwsError(
        'InvalidLaunchTemplateName.NotFoundException',
        `The specified launch template, with template name ${spec.name}, does not exist.`,
      );
    return this.collection.get(id);
  }

  addVersion(spec: TemplateSpec, version: NewVersion): TemplateVersion {
    const template = this.get(spec);
    const source =
      version.sourceVersion === undefined
        ? {}
        : this.version(template, version.sourceVersion).LaunchTemplateData;
    const added: TemplateVersion = {
      LaunchTemplateId: template.LaunchTemplateId,
      LaunchTemplateName: template.LaunchTemplateName,
      VersionNumber: template.LatestVersionNumber + 1,
      VersionDescription: version.description,
      CreateTime: this.#kernel.clock.date(),
      CreatedBy: template.CreatedBy,
      LaunchTemplateData: { ...source, ...given(version.data) },
    };
    template.versions.set(added.VersionNumber, added);
    this.collection.update(template.LaunchTemplateId, { LatestVersionNumber: added.VersionNumber });
    return added;
  }

  setDefault(spec: TemplateSpec, version: string): TemplateRecord {
    const template = this.get(spec);
    const { VersionNumber } = this.version(template, version);
    return this.collection.update(template.LaunchTemplateId, { DefaultVersionNumber: VersionNumber });
  }

  delete(spec: TemplateSpec): TemplateRecord {
    const template = this.get(spec);
    this.collection.delete(template.LaunchTemplateId);
    this.#byName.delete(template.LaunchTemplateName);
    return template;
  }

  /** @param version a number, `$Latest` or `$Default` @throws AwsError InvalidLaunchTemplateId.VersionNotFound */
  version(template: TemplateRecord, version: string): TemplateVersion {
    const found = template.versions.get(versionNumber(template, version));
    if (found === undefined)
      throw new AwsError(
        'InvalidLaunchTemplateId.VersionNotFound',
        `Could not find the specified version ${version} for the launch template with ID ${template.LaunchTemplateId}.`,
      );
    return found;
  }

  resolve(spec: TemplateSpec): ResolvedTemplate {
    const template = this.get(spec);
    const version = this.version(template, spec.version ?? '$Default');
    return {
      launchTemplateId: template.LaunchTemplateId,
      launchTemplateName: template.LaunchTemplateName,
      versionNumber: version.VersionNumber,
      data: version.LaunchTemplateData,
    };
  }
}

function versionNumber(template: TemplateRecord, version: string): number {
  if (version === '$Latest') return template.LatestVersionNumber;
  if (version === '$Default') return template.DefaultVersionNumber;
  return Number(version);
}
