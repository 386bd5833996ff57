import { entitiesOf, type TagScheme } from '@attune/metrics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tagDecoder } from './tags';

const tagSets: Partial<Record<TagScheme, string[]>> = {
  IOB2: ['O', 'B-X', 'I-X', 'B-Y', 'I-Y'],
  IOBES: ['O', 'B-X', 'I-X', 'E-X', 'S-X', 'S-Y'],
  BILOU: ['O', 'B-X', 'I-X', 'L-X', 'U-X', 'B-Y', 'L-Y'],
};

/** Written from the definition: no tag stands outside an entity that the scheme's strict reading finds. */
function isWellFormed(tags: readonly string[], scheme: TagScheme): boolean {
  const covered = entitiesOf(tags, { scheme, mode: 'strict' }).reduce((sum, { start, end }) => sum + end - start, 0);
  return covered === tags.filter((tag) => tag !== 'O').length;
}

function* allTags(labels: readonly string[], words: number): Generator<number[]> {
  if (words === 0) yield [];
  else for (const rest of allTags(labels, words - 1)) for (let id = 0; id < labels.length; id++) yield [...rest, id];
}

const sumOf = (logits: Float32Array, ids: ArrayLike<number>, width: number) =>
  Array.from(ids, (id, word) => logits[word * width + id]).reduce((a, b) => a + b, 0);

describe('constrained decoding', () => {
  it.each(Object.entries(tagSets) as [TagScheme, string[]][])(
    'finds the best tags %s allows, as trying all does',
    (scheme, labels) => {
      const decode = tagDecoder(labels, { scheme, decoding: 'constrained' });
      const rows = fc.integer({ min: 1, max: 4 }).chain((words) =>
        fc.array(fc.integer({ min: -50, max: 50 }), {
          minLength: words * labels.length,
          maxLength: words * labels.length,
        }),
      );
      fc.assert(
        fc.property(rows, (values) => {
          const logits = Float32Array.from(values);
          const words = values.length / labels.length;
          const allowed = [...allTags(labels, words)].filter((ids) =>
            isWellFormed(
              ids.map((id) => labels[id]),
              scheme,
            ),
          );
          const best = Math.max(...allowed.map((ids) => sumOf(logits, ids, labels.length)));
          const decoded = decode(logits);
          expect(
            isWellFormed(
              Array.from(decoded, (id) => labels[id]),
              scheme,
            ),
          ).toBe(true);
          expect(sumOf(logits, decoded, labels.length)).toBe(best);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('is the likeliest tags where these are allowed, and where none are', () => {
    const labels = ['O', 'B-X', 'I-X'];
    const allowed = Float32Array.of(0, 3, 1, 0, 1, 3, 2, 0, 1);
    expect([...tagDecoder(labels, { decoding: 'constrained' })(allowed)]).toEqual([1, 2, 0]);
    expect([...tagDecoder(labels)(Float32Array.of(2, 1, 0, 0, 0, 2))]).toEqual([0, 2]);
    expect([...tagDecoder(labels, { decoding: 'constrained' })(Float32Array.of(2, 1, 0, 0, 0, 2))]).toEqual([1, 2]);
    expect([
      ...tagDecoder(['B-X', 'I-X'], { scheme: 'BILOU', decoding: 'constrained' })(Float32Array.of(1, 2)),
    ]).toEqual([1]);
    expect([...tagDecoder(labels, { decoding: 'constrained' })(new Float32Array(0))]).toEqual([]);
  });

  it('says which schemes it knows', () => {
    for (const scheme of ['none', 'IOB1', 'IOE2'] as const)
      expect(() => tagDecoder(['O'], { scheme, decoding: 'constrained' })).toThrow(
        `decoding: expected argmax for the scheme ${scheme}, got constrained, which needs IOB2, IOBES, BILOU; remove it, or name another scheme`,
      );
  });
});
