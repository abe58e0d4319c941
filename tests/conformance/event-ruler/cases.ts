import fc from 'fast-check';

/** A pattern and an event, of so few words that they often meet. */
export interface Case {
  readonly pattern: object;
  readonly event: object;
}

const text = fc.constantFrom(
  '',
  'a',
  'ab',
  'abc',
  'ABC',
  'b',
  'ba',
  'aXb',
  'a*b',
  'ä',
  'Ä',
  'a\\b',
  '1',
  '10.0.0.1',
);
const number = fc.constantFrom(-5, -1, 0, 1, 1.5, 2, 10, 300, 3.018e2, 1e-3, 4_999_999_999, 123_456.789_01);
const scalar = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 3, arbitrary: number },
  fc.constantFrom(true, false, null),
);
const address = fc.constantFrom(
  '10.0.0.1',
  '10.0.0.255',
  '10.0.1.0',
  '192.168.0.1',
  '2001:db8::1',
  '2001:db8:0:1::',
  'nowhere',
  '::ffff:10.0.0.1',
);

const field = fc.constantFrom('a', 'b', 'c');
const leaf = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), address);
const inner = fc.dictionary(field, leaf, { minKeys: 1, maxKeys: 3 });
const list = fc.array(fc.oneof(inner, scalar, fc.array(fc.oneof(inner, scalar), { maxLength: 2 })), {
  maxLength: 3,
});
const part = fc.oneof(
  { weight: 5, arbitrary: leaf },
  { weight: 2, arbitrary: inner },
  { weight: 1, arbitrary: fc.array(inner, { maxLength: 3 }) },
  { weight: 1, arbitrary: list },
  { weight: 1, arbitrary: fc.dictionary(field, inner, { maxKeys: 2 }) },
);
const event = fc.record({ a: part, b: part, c: part }, { requiredKeys: ['a'] });

const caseless = text.map((value) => ({ 'equals-ignore-case': value }));
const bound = fc.constantFrom(-5, 0, 1, 1.5, 10, 300);
const wildcard = fc.constantFrom('*', 'a*', '*b', 'a*b', '*a*', 'a\\*b', 'ab', '', '*ä', 'a\\\\b');
const badWildcard = fc.constantFrom('a**b', 'a\\x', 'ab\\', 5);
const someText = text.filter((value) => value !== '');
/** Not an empty list: event-ruler takes one beside other filters, and fails over it alone. */
const oneOrMore = (one: fc.Arbitrary<unknown>) =>
  fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 }));

/** Now and then an ill-formed operand: one refuses the pattern as a whole. */
const mostly = (sound: fc.Arbitrary<unknown>, ill: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 20, arbitrary: sound }, { weight: 1, arbitrary: ill });

/** Each operator's filters, the ill-formed among them. */
export const filters = {
  value: scalar,
  prefix: mostly(fc.oneof(text, caseless), number).map((prefix) => ({ prefix })),
  suffix: mostly(fc.oneof(text, caseless), number).map((suffix) => ({ suffix })),
  'equals-ignore-case': mostly(text, number).map((value) => ({ 'equals-ignore-case': value })),
  wildcard: mostly(wildcard, badWildcard).map((value) => ({ wildcard: value })),
  exists: mostly(fc.boolean(), text).map((exists) => ({ exists })),
  cidr: mostly(
    fc.constantFrom(
      '10.0.0.0/24',
      '10.0.0.0/31',
      '10.0.0.0/8',
      '0.0.0.0/0',
      '2001:db8::/32',
      '2001:db8::/127',
    ),
    fc.constantFrom('10.0.0.1/32', '2001:db8::/128', '10.0.0.1', '10.0.0.0/33', 'x/8'),
  ).map((cidr) => ({ cidr })),
  numeric: mostly(
    fc.oneof(
      fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), bound),
      fc.tuple(
        fc.constantFrom('>', '>='),
        fc.constantFrom(-5, 0, 1),
        fc.constantFrom('<', '<='),
        fc.constantFrom(1.5, 300),
      ),
    ),
    fc.oneof(
      fc.constantFrom(
        [],
        ['>'],
        ['<', 1, '>', 0],
        ['!', 1],
        ['=', 'a'],
        ['>', 0, '<', 5, '<', 6],
        ['=', 1, '<', 2],
        5,
      ),
      fc.tuple(fc.constantFrom('>', '>='), bound, fc.constantFrom('<', '<='), bound),
    ),
  ).map((numeric) => ({ numeric })),
  'anything-but': mostly(
    fc.oneof(
      oneOrMore(text),
      oneOrMore(number),
      oneOrMore(someText).map((prefix) => ({ prefix })),
      oneOrMore(someText).map((suffix) => ({ suffix })),
      oneOrMore(text).map((value) => ({ 'equals-ignore-case': value })),
      oneOrMore(wildcard).map((value) => ({ wildcard: value })),
    ),
    fc.oneof(
      oneOrMore(scalar),
      fc.oneof(text, caseless).map((prefix) => ({ prefix })),
      badWildcard.map((value) => ({ wildcard: value })),
    ),
  ).map((value) => ({ 'anything-but': value })),
} as const satisfies Record<string, fc.Arbitrary<unknown>>;

/** Patterns of at most three levels whose leaves are made of some filters. */
function patternsOf(filter: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  const values = fc.array(filter, { minLength: 1, maxLength: 4 });
  const below = (inside: fc.Arbitrary<unknown>) => fc.dictionary(field, inside, { minKeys: 1, maxKeys: 2 });
  const flat = below(values);
  return below(
    fc.oneof(
      { weight: 5, arbitrary: values },
      { weight: 2, arbitrary: flat },
      { weight: 1, arbitrary: below(flat) },
    ),
  );
}

const anyPattern = patternsOf(fc.oneof(...Object.values(filters)));
/** No field stands both outside and inside: event-ruler joins the filters of both as if either were enough. */
const alternatives = fc
  .tuple(fc.array(anyPattern, { minLength: 2, maxLength: 3 }), fc.option(anyPattern, { nil: {} }))
  .filter(([$or, rest]) => !$or.some((one) => Object.keys(one).some((name) => name in rest)))
  .map(([$or, rest]) => ({ ...rest, $or }));
/** Of anything but patterns, or of one, `$or` is a name like any other; event-ruler knows fewer operators then. */
const fieldOfThatName = fc
  .tuple(
    fc.oneof(fc.array(scalar, { maxLength: 3 }), fc.constant([{ a: ['a'] }])),
    fc.option(patternsOf(fc.oneof(filters.value, filters.exists)), { nil: {} }),
  )
  .map(([$or, rest]) => ({ ...rest, $or }));
const nested = (pattern: fc.Arbitrary<object>) =>
  fc.oneof(
    pattern,
    fc.tuple(field, pattern).map(([name, below]) => ({ [name]: below })),
  );

/** Kinds of patterns, by name: each operator alone, alternatives, and all of it together. */
export const kinds: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  ...Object.fromEntries(Object.entries(filters).map(([name, filter]) => [name, casesOf(patternsOf(filter))])),
  $or: casesOf(nested(alternatives)),
  'field $or': casesOf(nested(fieldOfThatName)),
  mixed: casesOf(anyPattern),
};

function casesOf(pattern: fc.Arbitrary<object>): fc.Arbitrary<Case> {
  return fc.record({ pattern, event });
}
