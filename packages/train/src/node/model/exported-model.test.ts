import { float32 } from '@attune/engine';
import { describe, expect, it } from 'vitest';
import { freeArrays } from './exported-model';

describe('freeArrays', () => {
  it('gives the memory back before it resolves, also where tensors share an array', async () => {
    const before = process.memoryUsage().rss;
    const data = new Float32Array(2 ** 25).fill(1); // 128 MiB
    expect(process.memoryUsage().rss - before).toBeGreaterThan(100 * 2 ** 20);
    await freeArrays({ whole: float32(data), part: float32(data.subarray(4, 8)), other: float32([1, 2]) });
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 2 ** 20);
    expect(data.length).toBe(0);
  });
});
