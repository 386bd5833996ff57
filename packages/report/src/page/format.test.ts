import { describe, expect, it } from 'vitest';
import { count, decimal, duration, loss, percent, plural, points, score, shorten } from './format';

describe('format', () => {
  it('shares and scores', () => {
    expect([percent(0.7943), percent(1), percent(0.79, 0), percent(null)]).toEqual(['79.4%', '100.0%', '79%', '–']);
    expect([score(2 / 3), score(undefined), loss(Math.LN2), loss(null)]).toEqual(['0.667', '–', '0.6931', '–']);
  });

  it('differences in points, signed', () => {
    expect([points(0.0332), points(-0.05), points(0.0004), points(-0.0004)]).toEqual(['+3.3', '−5.0', '±0.0', '±0.0']);
  });

  it('numbers', () => {
    expect([count(13870), count(Number.NaN), plural(1, 'text'), plural(1200, 'text')]).toEqual([
      '13,870',
      '–',
      '1 text',
      '1,200 texts',
    ]);
    expect([decimal(Math.LN2), decimal(2), decimal(1e-12), decimal(12345.6)]).toEqual([
      '0.6931',
      '2',
      '1e-12',
      '12,346',
    ]);
  });

  it('durations', () => {
    expect([duration(8.41), duration(59.97), duration(75.2), duration(7500), duration(null)]).toEqual([
      '8.4 s',
      '1 min 0 s',
      '1 min 15 s',
      '2 h 05 min',
      '–',
    ]);
  });

  it('shortens by whole characters', () => {
    expect(shorten('🚀🚀🚀', 2)).toBe('🚀🚀…');
    expect([shorten('🚀🚀', 2), shorten('abc', 3), shorten('abcd', 3)]).toEqual(['🚀🚀', 'abc', 'abc…']);
    expect(shorten('a'.repeat(200_000), 400)).toHaveLength(401);
  });
});
