import type { ListShape, MapShape, Shape, Slot, StructureShape } from '../model/schema.ts';
import { toText } from './text.ts';

type Members = Readonly<Record<string, unknown>>;

/** A structure's members as elements, those that are there. `attributes` are written by {@link attributesOf}. */
export function writeMembers(shape: StructureShape, value: Members, only?: (slot: Slot) => boolean): string {
  let xml = '';
  for (const slot of shape.members) {
    const member = value[slot.name];
    if (member === undefined || member === null || slot.traits.xmlAttribute) continue;
    if (only !== undefined && !only(slot)) continue;
    xml += writeSlot(slot, member);
  }
  return xml;
}

function writeSlot(slot: Slot, value: unknown): string {
  const name = slot.traits.xmlName ?? slot.name;
  const { shape } = slot;
  if (shape.kind === 'list') {
    if (slot.traits.xmlFlattened) return listItems(shape, value as unknown[], name);
    return element(name, listItems(shape, value as unknown[], shape.member.traits.xmlName ?? 'member'));
  }
  if (shape.kind === 'map') {
    if (slot.traits.xmlFlattened) return mapEntries(shape, value as Members, name);
    return element(name, mapEntries(shape, value as Members, 'entry'));
  }
  return writeElement(name, shape, value, namespaceOf(slot));
}

/** One element of any shape. */
export function writeElement(name: string, shape: Shape, value: unknown, attributes = ''): string {
  switch (shape.kind) {
    case 'structure': {
      const members = value as Members;
      return element(name, writeMembers(shape, members), attributes + attributesOf(shape, members));
    }
    case 'list':
      return element(name, listItems(shape, value as unknown[], shape.member.traits.xmlName ?? 'member'));
    case 'map':
      return element(name, mapEntries(shape, value as Members, 'entry'));
    default:
      return element(name, escapeXml(toText(shape, value, 'date-time')), attributes);
  }
}

function listItems(shape: ListShape, values: readonly unknown[], name: string): string {
  return values.map((value) => writeElement(name, shape.member.shape, value)).join('');
}

function mapEntries(shape: MapShape, value: Members, name: string): string {
  const keyName = shape.key.traits.xmlName ?? 'key';
  const valueName = shape.value.traits.xmlName ?? 'value';
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) =>
      element(name, element(keyName, escapeXml(key)) + writeElement(valueName, shape.value.shape, item)),
    )
    .join('');
}

function attributesOf(shape: StructureShape, value: Members): string {
  let attributes = '';
  for (const { name, traits, shape: member } of shape.members) {
    if (!traits.xmlAttribute || value[name] === undefined) continue;
    attributes += ` ${traits.xmlName ?? name}="${escapeXml(toText(member, value[name], 'date-time'))}"`;
  }
  return attributes;
}

function namespaceOf(slot: Slot): string {
  const namespace = slot.traits.xmlNamespace;
  if (namespace === undefined) return '';
  const [prefix, uri] = namespace;
  return prefix === '' ? ` xmlns="${uri}"` : ` xmlns:${prefix}="${uri}"`;
}

/** @param content XML; text must have gone through {@link escapeXml} */
export function element(name: string, content: string, attributes = ''): string {
  return `<${name}${attributes}>${content}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#xD;',
};

/** What {@link escapeXml} may have to change: most text has none of it. */
const SPECIAL = /[\p{Cc}&<>"']/u;

/** Escapes text for XML 1.0 and drops the control characters it cannot carry. */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .replace(/(?![\t\n\r\u0080-\u009f])\p{Cc}/gu, '')
    .replace(/[&<>"'\r]/g, (char) => ESCAPES[char] ?? char);
}
