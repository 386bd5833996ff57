import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeTagLayers } from './merge-tag-layers';

const merged = (skill: string, knowledge: string) =>
  mergeTagLayers([
    { tags: skill.split(' '), name: 'skill' },
    { tags: knowledge.split(' '), name: 'knowledge' },
  ]);

describe('mergeTagLayers', () => {
  it('joins layers that do not overlap', () => {
    expect(merged('B I O O O B', 'O O B B I O')).toEqual({
      tags: ['B-skill', 'I-skill', 'B-knowledge', 'B-knowledge', 'I-knowledge', 'B-skill'],
      dropped: [0, 0],
    });
  });

  it('keeps the earlier layer whole where they overlap, leaves the other out whole, and counts it', () => {
    expect(merged('O B I O O', 'B I O B O')).toEqual({
      tags: ['O', 'B-skill', 'I-skill', 'B-knowledge', 'O'],
      dropped: [0, 1],
    });
    expect(merged('O B B O', 'B I I I')).toEqual({ tags: ['O', 'B-skill', 'B-skill', 'O'], dropped: [0, 1] });
    expect(merged('B I I I', 'B O B I').dropped).toEqual([0, 2]);
  });

  it('keeps the types that tags name, and makes BIO of what begins with I', () => {
    const tags = ['I-A', 'I-B', 'O', 'I', 'I'];
    expect(mergeTagLayers([{ tags, name: 'C' }]).tags).toEqual(['B-A', 'B-B', 'O', 'B-C', 'I-C']);
  });

  it('gives either layer back where the other is empty, and loses no entity uncounted', () => {
    const layer = fc.array(fc.constantFrom('O', 'B'), { minLength: 6, maxLength: 6 });
    const count = (tags: readonly string[]) => tags.filter((tag) => tag.startsWith('B')).length;
    fc.assert(
      fc.property(layer, layer, (a, b) => {
        const { tags, dropped } = merged(a.join(' '), b.join(' '));
        expect(count(tags) + dropped[0] + dropped[1]).toBe(count(a) + count(b));
        expect(tags.map((tag) => (tag.endsWith('skill') ? 'B' : 'O'))).toEqual(a);
      }),
    );
    expect(merged('O O', 'B I').tags).toEqual(['B-knowledge', 'I-knowledge']);
  });

  it('refuses what it cannot join', () => {
    expect(() => merged('O O', 'O')).toThrow('layer 1 expected 2 tags, as in layer 0, got 1');
    expect(() => mergeTagLayers([{ tags: ['B'] }])).toThrow('layer 0 expected a name for tags without a type');
    expect(() => merged('U', 'O')).toThrow('layer 0 expected BIO tags, got "U"');
  });
});
