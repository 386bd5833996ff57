import { expect, it } from 'vitest';
import { openOnnxEngine } from '../node';
import { openCpuEngine } from './tfjs';

it.each([openCpuEngine(), openOnnxEngine()])('$name refuses products that it does not compute', (engine) => {
  const error = { name: 'AttuneError', code: 'ENGINE_PRECISION', message: expect.stringContaining('setup tfjs-node') };
  expect(() => engine.compile(({ x }) => ({ x }), { products: 'bfloat16' })).toThrow(expect.objectContaining(error));
  expect(engine.compile(({ x }) => ({ x }), { products: 'float32' }).fn).toBeTypeOf('function');
});

it('says that exported files run on the engine onnx, and on no other of these', () => {
  expect([openCpuEngine(), openOnnxEngine()].map(({ runsExportedFiles = false }) => runsExportedFiles)).toEqual([
    false,
    true,
  ]);
});
