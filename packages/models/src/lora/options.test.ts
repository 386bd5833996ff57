import { expect, it } from 'vitest';
import { tinyConfig } from '../../test/tiny';
import { sequenceClassifier } from '../model';
import { resolvedLora, scaleOf } from './options';
import { withLora } from './with-lora';

it('has an alpha of twice the rank and every linear module by default', () => {
  const all = { r: 4, alpha: 8, targetModules: 'all-linear' };
  expect(resolvedLora({ r: 4 })).toEqual(all);
  expect(resolvedLora({ r: 4, alpha: undefined, targetModules: undefined })).toEqual(all);
  expect(resolvedLora({ r: 4, alpha: 1, targetModules: ['query'] })).toEqual({
    ...all,
    alpha: 1,
    targetModules: ['query'],
  });
  expect(scaleOf(resolvedLora({ r: 4 }))).toBe(2);
  const base = sequenceClassifier(tinyConfig('bert'));
  const [short, long] = [withLora(base, { r: 4 }), withLora(base, all)];
  expect(short.options).toEqual(all);
  expect(short.adapted.length).toBeGreaterThan(10);
  expect(short.adapted).toEqual(long.adapted);
  expect(() => withLora(base, { r: 0 })).toThrow('withLora: r expected an integer ≥ 1, got 0');
});
