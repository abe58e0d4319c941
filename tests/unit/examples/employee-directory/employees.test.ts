import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorFor, sortKeyIn } from '../../../../examples/employee-directory/employees/cursor.ts';
import { readDetails } from '../../../../examples/employee-directory/employees/employee.ts';
import type { Employee } from '../../../../examples/employee-directory/employees/employee.ts';
import { rowItems } from '../../../../examples/employee-directory/employees/items.ts';
import { plain, searchWords, wordsIn } from '../../../../examples/employee-directory/employees/words.ts';

const text = (most: number) => fc.string({ unit: 'grapheme', maxLength: most });

const employees: fc.Arbitrary<Employee> = fc.record({
  id: fc.uuid(),
  name: text(100),
  title: text(100),
  department: text(100),
  location: text(100),
  email: fc.constant(''),
  phone: fc.constant(''),
  version: fc.nat(),
});

const ada = { name: 'Ada Lovelace', title: '', department: '', location: '', email: '', phone: '' };

describe('what a form says', () => {
  it('is put in order: spaces, and composed letters', () => {
    expect(readDetails({ name: '  Ada \t Love\u006c\u0061ce ', title: 'Caf\u0065\u0301' })).toEqual({
      details: { ...ada, title: 'Café' },
    });
  });

  it('is refused field by field, in words', () => {
    const read = readDetails({ name: 'x'.repeat(101), email: 'nobody', phone: 'call me' });
    expect(read).toHaveProperty('problems', {
      name: 'Use at most 100 characters.',
      email: 'Write it like ada@example.com.',
      phone: 'Write it like +49 30 123456.',
    });
  });

  it('is read or refused, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (form) => {
        const read = readDetails(form);
        expect('details' in read ? read.details.name : read.entered).toBeDefined();
      }),
    );
  });
});

describe('words', () => {
  it('have no accents, no capitals and no punctuation, and come once, in order', () => {
    expect(wordsIn("O'Brien-Müller", 'MÜLLER straße')).toEqual(['brien', 'muller', 'o', 'strasse']);
  });

  it('stay what they are when they are made plain again', () => {
    fc.assert(
      fc.property(text(50), (some) => {
        expect(plain(plain(some))).toBe(plain(some));
        expect(wordsIn(wordsIn(some).join(' '))).toEqual(wordsIn(some));
      }),
    );
  });

  it('of the name are kept where there are more than a transaction holds', () => {
    const many = Array.from({ length: 50 }, (_, index) => String(index)).join(' ');
    const words = searchWords({ ...ada, title: many, department: many });
    expect(words).toHaveLength(45);
    expect(words).toEqual(expect.arrayContaining(['ada', 'lovelace']));
  });
});

describe('items', () => {
  it('of one employee never meet, and fit into a transaction with those of their next version', () => {
    fc.assert(
      fc.property(employees, employees, (before, after) => {
        const keys = (employee: Employee) =>
          rowItems({ ...employee, id: before.id }).map(({ pk, sk }) => `${pk} ${sk}`);
        expect(new Set(keys(before)).size).toBe(keys(before).length);
        const writes = new Set([...keys(before), ...keys(after)]);
        expect(writes.size + 1).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('have keys that DynamoDB takes', () => {
    fc.assert(
      fc.property(employees, (employee) => {
        for (const { pk, sk } of rowItems(employee)) {
          expect(Buffer.byteLength(pk)).toBeLessThanOrEqual(2048);
          expect(Buffer.byteLength(sk)).toBeLessThanOrEqual(1024);
        }
      }),
    );
  });
});

describe('page marks', () => {
  it('lead back to where the page ended', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }), (sortKey) => {
        fc.pre(!sortKey.includes('\uFFFD') && Buffer.byteLength(sortKey) <= 1024);
        expect(sortKeyIn(cursorFor(sortKey))).toBe(sortKey);
      }),
    );
  });

  it('that are none lead to the beginning', () => {
    for (const mark of ['', 'ä', 'a b', '_w', 'A'.repeat(1401), cursorFor('x'.repeat(1025))])
      expect(sortKeyIn(mark)).toBeUndefined();
  });
});
