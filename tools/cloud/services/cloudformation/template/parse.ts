import { parseDocument } from 'yaml';
import type { CollectionTag, ScalarTag } from 'yaml';
import { validationError } from '../../../kernel/index.ts';
import type { Template } from './template.ts';

const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Transform',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
]);

const RESOURCE_ATTRIBUTES = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'UpdatePolicy',
  'CreationPolicy',
  'Metadata',
]);

/**
 * Reads a template in JSON or in YAML with CloudFormation's short tags.
 *
 * @throws AwsError ValidationError for what is neither, or has no resources, or sections of another language
 */
export function parseTemplate(body: string): Template {
  const value = body.trimStart().startsWith('{') ? parseJson(body) : parseYaml(body);
  if (!isObject(value)) throw validationError('Template format error: unsupported structure.');
  const unknown = Object.keys(value).filter((section) => !SECTIONS.has(section));
  if (unknown.length > 0) {
    throw validationError(`Invalid template property or properties [${unknown.join(', ')}]`);
  }
  for (const unsupported of ['Transform', 'Rules']) {
    if (value[unsupported] !== undefined) {
      throw validationError(`Template section ${unsupported} is not part of this local cloud`);
    }
  }
  checkResources(value['Resources']);
  return value as unknown as Template;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw validationError(`Template format error: JSON not well-formed. (${(error as Error).message})`);
  }
}

function parseYaml(body: string): unknown {
  const document = parseDocument(body, { customTags: TAGS, merge: true, schema: 'core' });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    throw validationError(`Template format error: YAML not well-formed. (${problem.message})`);
  }
  return document.toJS();
}

function checkResources(resources: unknown): void {
  if (!isObject(resources) || Object.keys(resources).length === 0) {
    throw validationError('Template format error: At least one Resources member must be defined.');
  }
  for (const [name, resource] of Object.entries(resources)) {
    if (!/^[A-Za-z0-9]+$/.test(name)) {
      throw validationError(`Template format error: Resource name ${name} is non alphanumeric.`);
    }
    if (!isObject(resource) || typeof resource['Type'] !== 'string') {
      throw validationError(
        `Template format error: [/Resources/${name}] Every Resources object must contain a Type member.`,
      );
    }
    const unknown = Object.keys(resource).find((attribute) => !RESOURCE_ATTRIBUTES.has(attribute));
    if (unknown !== undefined) {
      throw validationError(`Invalid template resource property '${unknown}' in [/Resources/${name}]`);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `!Sub` and the like, which stand for `{"Fn::Sub": …}`; `!Ref` and `!Condition` have no prefix. */
const FUNCTIONS = [
  'Ref',
  'Condition',
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
];

const TAGS = FUNCTIONS.flatMap((name): (ScalarTag | CollectionTag)[] => {
  const tag = `!${name}`;
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  const wrap = (value: unknown) => ({ [key]: name === 'GetAtt' ? splitAttribute(value) : value });
  return [
    { tag, resolve: wrap },
    { tag, collection: 'seq', resolve: (node) => wrap(node.toJSON()) },
    { tag, collection: 'map', resolve: (node) => wrap(node.toJSON()) },
  ];
});

/** `Queue.Arn` → `['Queue', 'Arn']`; an attribute's own name may hold dots. */
function splitAttribute(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const [resource = '', ...attribute] = value.split('.');
  return [resource, attribute.join('.')];
}
