import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAnnotated } from './read-annotated';

const directory = mkdtempSync(join(tmpdir(), 'attune-annotated-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = (...rows: object[]) => {
  const path = join(directory, 'rows.jsonl');
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  return path;
};
const span = (start: number, end: number) => ({ start, end, label: 'SKILL', text: 'left out' });

describe('readAnnotated', () => {
  it('reads texts and their spans', async () => {
    const path = file({ body: '😀 Java', own: [span(3, 7)] }, { body: '', own: [] });
    expect(await readAnnotated(path, { text: 'body', spans: 'own' })).toEqual([
      { text: '😀 Java', spans: [{ start: 3, end: 7, label: 'SKILL' }] },
      { text: '', spans: [] },
    ]);
    expect((await readAnnotated(path, { text: 'body', spans: false }))[0].spans).toEqual([]);
  });

  it('reads offsets in code points', async () => {
    const path = file({ text: '😀 Java', spans: [[2, 6, 'SKILL']] });
    const [{ text, spans }] = await readAnnotated(path, { offsets: 'code-points' });
    expect(text.slice(spans[0].start, spans[0].end)).toBe('Java');
    const outside = file({ text: '😀 Java', spans: [[2, 7, 'SKILL']] });
    expect((await readAnnotated(outside))[0].spans).toEqual([{ start: 2, end: 7, label: 'SKILL' }]);
    await expect(readAnnotated(outside, { offsets: 'code-points' })).rejects.toThrow(
      'line 1: expected spans within the text\'s 7 characters, got [2,7,"SKILL"]',
    );
  });

  it.each<[string, unknown, RegExp]>([
    ['an end beyond the text', [span(0, 5)], /line 2: expected spans within the text's 4 characters/],
    ['an empty span', [span(2, 2)], /line 2: expected spans with start, end and label/],
    ['no list', { start: 0 }, /line 2: expected a JSON list/],
    ['null', null, /line 2: expected a JSON list .*got none; write \[\] for a text without spans/],
  ])('refuses %s, with the line', async (_, spans, message) => {
    const path = file({ text: 'Java', spans: [] }, { text: 'Java', spans });
    await expect(readAnnotated(path)).rejects.toThrow(message);
    await expect(readAnnotated(path, { text: 'body' })).rejects.toThrow(/body/);
  });
});
