import type { Shape, Slot, StructureShape } from '../model/schema.ts';
import { MalformedValue, fromText } from './text.ts';

/** An element as the protocols need it: names without their prefix, no order between text and children. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const TOKEN =
  /<\?[^]*?\?>|<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<\/\s*([^\s>]+)\s*>|<([^\s/>!?]+)((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gy;

/**
 * Parses one XML document. Document types and their entities are refused, as S3 refuses them.
 *
 * @throws MalformedValue when it is not well-formed
 */
export function parseXml(source: string): XmlElement {
  const document: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [document];
  const text = source.replace(/^\uFEFF/, '');
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text);
    const current = open.at(-1);
    if (token === null || current === undefined) throw notWellFormed();
    take(token, current, open);
  }
  const root = document.children[0];
  if (open.length !== 1 || root === undefined || document.children.length > 1) throw notWellFormed();
  return root;
}

function take(token: RegExpExecArray, current: XmlElement, open: XmlElement[]): void {
  const [, cdata, closing, opening, attributes = '', selfClosing, text] = token;
  if (cdata !== undefined) current.text += cdata;
  else if (text !== undefined) current.text += unescapeXml(text);
  else if (closing !== undefined) {
    if (open.length < 2 || localName(closing) !== current.name) throw notWellFormed();
    open.pop();
  } else if (opening !== undefined) {
    const element = {
      name: localName(opening),
      attributes: readAttributes(attributes),
      children: [],
      text: '',
    };
    current.children.push(element);
    if (selfClosing !== '/') open.push(element);
  }
}

function readAttributes(source: string): Record<string, string> {
  const pairs = source.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries(
    [...pairs].map(([, name = '', double, single]) => [name, unescapeXml(double ?? single ?? '')]),
  );
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const LAST_CODE_POINT = 0x10ffff;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    if (code > LAST_CODE_POINT) throw notWellFormed();
    return String.fromCodePoint(code);
  });
}

function notWellFormed(): MalformedValue {
  return new MalformedValue('The XML you provided was not well-formed or did not validate.');
}

/** Reads a value of a shape from its element. @throws MalformedValue when text is not of its type */
export function readXml(shape: Shape, element: XmlElement): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, element);
    case 'list': {
      const { member } = shape;
      const name = member.traits.xmlName ?? 'member';
      return childrenOf(element, name).map((child) => readXml(member.shape, child));
    }
    case 'map':
      return Object.fromEntries(
        childrenOf(element, 'entry').map((entry) => [
          childrenOf(entry, shape.key.traits.xmlName ?? 'key')[0]?.text ?? '',
          readFirst(shape.value, entry),
        ]),
      );
    case 'string':
      return element.text;
    default:
      return fromText(shape, element.text.trim(), element.name);
  }
}

function readStructure(shape: StructureShape, element: XmlElement): unknown {
  const out: Record<string, unknown> = {};
  for (const slot of shape.members) {
    const value = readMember(slot, element);
    if (value !== undefined) out[slot.name] = value;
  }
  return out;
}

function readMember(slot: Slot, element: XmlElement): unknown {
  const name = slot.traits.xmlName ?? slot.name;
  if (slot.traits.xmlAttribute) return element.attributes[name];
  const found = childrenOf(element, name);
  const [first] = found;
  if (first === undefined) return undefined;
  if (slot.shape.kind === 'list' && slot.traits.xmlFlattened) {
    const { shape } = slot.shape.member;
    return found.map((child) => readXml(shape, child));
  }
  return readXml(slot.shape, first);
}

function readFirst(slot: Slot, element: XmlElement): unknown {
  const [first] = childrenOf(element, slot.traits.xmlName ?? slot.name);
  return first === undefined ? undefined : readXml(slot.shape, first);
}

function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}
