import { expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { diagnosisLines } from './doctor';

it('prints what was found as JSON, every engine among it', async () => {
  const { code, stdout, stderr } = await attune(['doctor', '--json']);
  expect([code, stderr]).toEqual([0, '']);
  const { cores, memory, engines, versions } = JSON.parse(stdout);
  expect(versions.node).toBe(process.version);
  expect(cores).toBeGreaterThan(0);
  expect(memory.total).toBeGreaterThan(memory.free);
  const onnx = engines.find(({ name }: { name: string }) => name === 'onnx');
  expect(onnx).toEqual({ name: 'onnx', works: true, gflops: expect.any(Number) });
});

it('says of an engine that does not work why, and what mends it', () => {
  const lines = diagnosisLines({
    versions: { attune: '1.0.0', node: 'v24.0.0' },
    platform: 'linux x64',
    processor: 'A processor',
    cores: 2,
    memory: { total: 24e9, free: 20e9 },
    engines: [
      { name: 'onnx', works: true, gflops: 170.4 },
      { name: 'wasm', works: false, why: 'not installed', fix: 'npm install it' },
    ],
  });
  expect(lines).toBe(
    [
      'attune          1.0.0',
      'node            v24.0.0',
      'machine         linux x64, 2 cores, A processor',
      'memory          24.0 GB, 20.0 GB free',
      'engines',
      '  onnx          170 GFLOP/s',
      '  wasm          does not work: not installed',
      'to use wasm: npm install it',
      '',
    ].join('\n'),
  );
});
