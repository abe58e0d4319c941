import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateVersionRequest,
  DeleteLaunchTemplateVersionsRequest,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplateVersionsRequest,
  EC2,
  LaunchTemplate,
  LaunchTemplateVersion,
} from '@aws-sdk/client-ec2';
import { AwsError, page, type Operations } from '../../kernel/index.ts';
import type { TemplateSpec } from './api.ts';
import { missingParameter } from './errors.ts';
import { Idempotency } from './idempotency.ts';
import type { LaunchTemplates, TemplateRecord, TemplateVersion } from './launch-templates.ts';
import { without } from './records.ts';
import { tagsFor } from './tags.ts';

/** Turns `resolve:ssm:…` into the image it stands for now. */
export type ImageAlias = (imageId: string) => string;

interface Named {
  LaunchTemplateId?: string | undefined;
  LaunchTemplateName?: string | undefined;
}

export function launchTemplateOperations(templates: LaunchTemplates, resolveImage: ImageAlias) {
  const created = new Idempotency<TemplateRecord>();
  const versions = new Idempotency<TemplateVersion>();
  return {
    CreateLaunchTemplate: (input) => ({
      LaunchTemplate: shown(
        templates,
        created.once(input.ClientToken, input, () => createTemplate(templates, input)),
      ),
    }),
    CreateLaunchTemplateVersion: (input) => {
      const version = versions.once(input.ClientToken, input, () => createVersion(templates, input));
      return { LaunchTemplateVersion: shownVersion(templates.get(specOf(input)), version) };
    },
    DescribeLaunchTemplates: (input) => describeTemplates(templates, input),
    DescribeLaunchTemplateVersions: (input) => describeVersions(templates, resolveImage, input),
    ModifyLaunchTemplate: (input) => {
      if (input.DefaultVersion === undefined) throw missingParameter('SetDefaultVersion');
      return { LaunchTemplate: shown(templates, templates.setDefault(specOf(input), input.DefaultVersion)) };
    },
    DeleteLaunchTemplate: (input) => ({ LaunchTemplate: withoutVersions(templates.delete(specOf(input))) }),
    DeleteLaunchTemplateVersions: (input) => deleteVersions(templates, input),
  } satisfies Operations<EC2>;
}

function specOf(input: Named): TemplateSpec {
  return { id: input.LaunchTemplateId, name: input.LaunchTemplateName };
}

function createTemplate(templates: LaunchTemplates, input: CreateLaunchTemplateRequest): TemplateRecord {
  if (input.LaunchTemplateData === undefined) throw missingParameter('LaunchTemplateData');
  return templates.create(
    input.LaunchTemplateName,
    { data: input.LaunchTemplateData, description: input.VersionDescription },
    tagsFor('launch-template', input.TagSpecifications),
  );
}

function createVersion(
  templates: LaunchTemplates,
  input: CreateLaunchTemplateVersionRequest,
): TemplateVersion {
  if (input.LaunchTemplateData === undefined) throw missingParameter('LaunchTemplateData');
  return templates.addVersion(specOf(input), {
    data: input.LaunchTemplateData,
    description: input.VersionDescription,
    sourceVersion: input.SourceVersion,
  });
}

function withoutVersions(template: TemplateRecord): LaunchTemplate {
  return without(template, 'versions');
}

function shown(templates: LaunchTemplates, template: TemplateRecord): LaunchTemplate {
  return withoutVersions(templates.collection.tagged(template));
}

function shownVersion(template: TemplateRecord, version: TemplateVersion): LaunchTemplateVersion {
  return { ...version, DefaultVersion: version.VersionNumber === template.DefaultVersionNumber };
}

function describeTemplates(templates: LaunchTemplates, input: DescribeLaunchTemplatesRequest) {
  const byName = (input.LaunchTemplateNames ?? []).map((name) => templates.get({ name }).LaunchTemplateId);
  const { items, ...rest } = templates.collection.describe({
    ids: [...(input.LaunchTemplateIds ?? []), ...byName],
    filters: input.Filters,
    maxResults: input.MaxResults,
    nextToken: input.NextToken,
  });
  return { LaunchTemplates: items.map(withoutVersions), ...rest };
}

/** EC2 lists at most this many versions unless told otherwise. */
const VERSIONS_A_PAGE = 200;

function describeVersions(
  templates: LaunchTemplates,
  resolveImage: ImageAlias,
  input: DescribeLaunchTemplateVersionsRequest,
) {
  const listed = versionsAsked(templates, input).sort(
    (a, b) => (b.VersionNumber ?? 0) - (a.VersionNumber ?? 0),
  );
  const { items, nextToken } = page(listed, input.NextToken, input.MaxResults ?? VERSIONS_A_PAGE);
  return {
    LaunchTemplateVersions: input.ResolveAlias ? items.map((one) => withImage(one, resolveImage)) : items,
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

function versionsAsked(
  templates: LaunchTemplates,
  input: DescribeLaunchTemplateVersionsRequest,
): LaunchTemplateVersion[] {
  const spec = specOf(input);
  if (spec.id === undefined && spec.name === undefined) {
    // Without a template, only the latest or default versions of all can be asked for.
    const asked = input.Versions ?? [];
    if (asked.length === 0) throw missingParameter('LaunchTemplateId');
    return [...templates.collection.values()].flatMap((template) =>
      asked.map((version) => shownVersion(template, templates.version(template, version))),
    );
  }
  const template = templates.get(spec);
  if (input.Versions?.length)
    return input.Versions.map((version) => shownVersion(template, templates.version(template, version)));
  const least = Number(input.MinVersion ?? 0);
  const most = Number(input.MaxVersion ?? Number.POSITIVE_INFINITY);
  return [...template.versions.values()]
    .filter(({ VersionNumber }) => VersionNumber >= least && VersionNumber <= most)
    .map((version) => shownVersion(template, version));
}

function withImage(version: LaunchTemplateVersion, resolveImage: ImageAlias): LaunchTemplateVersion {
  const ImageId = version.LaunchTemplateData?.ImageId;
  if (ImageId === undefined) return version;
  return {
    ...version,
    LaunchTemplateData: { ...version.LaunchTemplateData, ImageId: resolveImage(ImageId) },
  };
}

function deleteVersions(templates: LaunchTemplates, input: DeleteLaunchTemplateVersionsRequest) {
  const template = templates.get(specOf(input));
  const { LaunchTemplateId, LaunchTemplateName } = template;
  const base = { LaunchTemplateId, LaunchTemplateName };
  const deleted = [];
  const refused = [];
  for (const version of input.Versions ?? []) {
    const VersionNumber = Number(version);
    if (VersionNumber === template.DefaultVersionNumber)
      throw new AwsError(
        'OperationNotPermitted',
        `Cannot delete the launch template default version ${version}.`,
      );
    if (template.versions.delete(VersionNumber)) deleted.push({ ...base, VersionNumber });
    else
      refused.push({
        ...base,
        VersionNumber,
        ResponseError: {
          Code: 'launchTemplateVersionDoesNotExist' as const,
          Message: `The specified launch template version ${version} does not exist.`,
        },
      });
  }
  return {
    SuccessfullyDeletedLaunchTemplateVersions: deleted,
    UnsuccessfullyDeletedLaunchTemplateVersions: refused,
  };
}
