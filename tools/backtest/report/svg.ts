// Small enough to be looked through by whoever is sent a page: elements, attributes, nothing else.

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Text that may stand anywhere in HTML and SVG. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @param content  of elements that are escaped already */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value))}"`],
  );
  return `<${name}${written.join('')}>${content.join('')}</${name}>`;
}

/** Steps from one value to the next, each as wide as a unit; what stays the same is drawn in one piece. */
export function steps(values: readonly number[], y: (value: number) => number): string {
  const path: string[] = [];
  let before: number | undefined;
  for (const [column, value] of values.entries()) {
    const at = rounded(y(value));
    if (at === before) continue;
    path.push(before === undefined ? `M${column} ${at}` : `H${column}V${at}`);
    before = at;
  }
  return `${path.join('')}H${values.length}`;
}

/** What lies under steps. */
export function under(values: readonly number[], y: (value: number) => number): string {
  const ground = rounded(y(0));
  return `${steps(values, y)}V${ground}H0Z`;
}

/** What lies between two lines of steps. */
export function between(
  low: readonly number[],
  high: readonly number[],
  y: (value: number) => number,
): string {
  const back = low.map((value, column) => ({ at: rounded(y(value)), column })).reverse();
  const path = back.map(({ at, column }, index) =>
    index > 0 && back[index - 1]?.at === at ? '' : `H${column + 1}V${at}`,
  );
  return `${steps(high, y)}${path.join('')}H0Z`;
}

/** A tenth of a unit is finer than a screen. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
