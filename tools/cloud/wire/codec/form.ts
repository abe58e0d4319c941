import type { ListShape, MapShape, Shape, Slot, StructureShape } from '../model/schema.ts';
import { fromText } from './text.ts';

/** A form's parameters by their dotted names: `Tags.member.1.Key=a` is four nodes deep. */
export interface FormNode {
  value?: string;
  children?: Map<string, FormNode>;
}

/** How AWS Query and EC2 Query differ in their inputs. */
export type FormDialect = 'awsQuery' | 'ec2Query';

export function parseForm(body: string): FormNode {
  const root: FormNode = {};
  for (const [name, value] of new URLSearchParams(body)) {
    let node = root;
    for (const segment of name.split('.')) node = childOf(node, segment);
    node.value = value;
  }
  return root;
}

function childOf(node: FormNode, segment: string): FormNode {
  node.children ??= new Map();
  const known = node.children.get(segment) ?? {};
  node.children.set(segment, known);
  return known;
}

/**
 * Reads an input from a form.
 *
 * @param path the value's place in the input, for messages
 * @throws MalformedValue when a parameter is not of its type
 */
export function readForm(shape: Shape, node: FormNode, dialect: FormDialect, path = ''): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, node, dialect, path);
    case 'list':
      return readList(shape, node, dialect, path);
    case 'map':
      return readMap(shape, node, dialect, path);
    default:
      return node.value === undefined ? undefined : fromText(shape, node.value, path);
  }
}

function readStructure(shape: StructureShape, node: FormNode, dialect: FormDialect, path: string): unknown {
  const out: Record<string, unknown> = {};
  if (node.children === undefined) return out;
  for (const slot of shape.members) {
    const child = node.children.get(keyOf(slot, dialect));
    const place = path === '' ? slot.name : `${path}.${slot.name}`;
    if (child !== undefined) out[slot.name] = readSlot(slot, child, dialect, place);
  }
  return out;
}

function readSlot(slot: Slot, node: FormNode, dialect: FormDialect, path: string): unknown {
  if (slot.shape.kind === 'map') return readMap(slot.shape, node, dialect, path, slot.traits.xmlFlattened);
  return readForm(slot.shape, node, dialect, path);
}

/** `Name.member.N` in AWS Query, `Name.N` when flattened and always in EC2 Query; `Name=` is an empty list. */
function readList(shape: ListShape, node: FormNode, dialect: FormDialect, path: string): unknown[] {
  const { member } = shape;
  let items = numbered(node);
  if (items.length === 0) {
    const wrapper = node.children?.get(member.traits.xmlName ?? 'member') ?? node.children?.get('member');
    items = wrapper === undefined ? [] : numbered(wrapper);
  }
  return items.map((item, i) => readForm(member.shape, item, dialect, `${path}.${i + 1}`));
}

function readMap(shape: MapShape, node: FormNode, dialect: FormDialect, path: string, flat?: 1): unknown {
  const holder = flat === 1 || dialect === 'ec2Query' ? node : node.children?.get('entry');
  const entries = numbered(holder ?? {}).map((entry) => {
    const key = entry.children?.get(shape.key.traits.xmlName ?? 'key')?.value ?? '';
    const value = entry.children?.get(shape.value.traits.xmlName ?? 'value');
    return [key, readForm(shape.value.shape, value ?? {}, dialect, `${path}.${key}`)];
  });
  return Object.fromEntries(entries);
}

function numbered(node: FormNode): FormNode[] {
  return [...(node.children ?? [])]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

function keyOf({ name, traits }: Slot, dialect: FormDialect): string {
  if (dialect === 'awsQuery') return traits.xmlName ?? name;
  return traits.ec2QueryName ?? capitalised(traits.xmlName ?? name);
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
