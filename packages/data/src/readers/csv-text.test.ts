import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseCsv } from './csv';
import { csvText } from './csv-text';

it('quotes what needs it', () => {
  expect(csvText([{ line: 2, text: 'a, "b"' }])).toBe('line,text\n2,"a, ""b"""\n');
});

it('is read back as it was', () => {
  const row = fc.record({
    first: fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') }),
    second: fc.integer(),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (rows) => {
      const read = parseCsv(csvText(rows)).rows.map(({ fields }) => fields);
      expect(read).toEqual(rows.map(({ first, second }) => ({ first, second: String(second) })));
    }),
  );
});
