import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sizeOf } from '@attune/engine';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../test/temporary';
import { parseModelConfig } from '../../config';
import { sequenceClassifier } from '../../model';
import { writeSafetensors } from './write-safetensors';

/** BERT base with a vocabulary twice as large: 530 MB. */
const config = { model_type: 'bert', vocab_size: 60_000, num_labels: 20 };

/** Bytes of all parameters, and by how much the process that loads them grows at its most. */
const program = `
  import { loadModel } from '@attune/models/node';
  const before = process.memoryUsage.rss();
  const { parameters, initialized } = await loadModel(process.argv[1]);
  const growth = process.resourceUsage().maxRSS * 1024 - before;
  const bytes = Object.values(parameters).reduce((sum, { data }) => sum + data.byteLength, 0);
  console.log(JSON.stringify({ bytes, growth, initialized }));
`;

/** Writes a checkpoint whose tensors have their numbers in common: no more memory than the largest takes. */
async function writeLargeCheckpoint(directory: string): Promise<void> {
  const { specs } = sequenceClassifier(parseModelConfig(config, 'config.json'));
  const shapes = Object.entries(specs).map(([name, { shape }]) => ({ name, shape }));
  const numbers = Float32Array.from(
    { length: Math.max(...shapes.map(({ shape }) => sizeOf(shape))) },
    (_, i) => i % 1000,
  );
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  const tensors = shapes.map(({ name, shape }) => ({ name, shape, data: numbers.subarray(0, sizeOf(shape)) }));
  await writeSafetensors(join(directory, 'model.safetensors'), tensors);
}

it('takes no more than 1.15 times the memory of the parameters to load 500 MB (of the built package)', async () => {
  const directory = temporaryDirectory();
  await writeLargeCheckpoint(directory);
  const cwd = fileURLToPath(new URL('../../../', import.meta.url));
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program, directory], {
    cwd,
    encoding: 'utf8',
  });
  const { bytes, growth, initialized } = JSON.parse(output);
  console.log(`${(bytes / 1e6).toFixed(0)} MB of parameters; grew by ${(growth / bytes).toFixed(3)} of that`);
  expect(initialized).toEqual([]);
  expect(bytes).toBeGreaterThan(500e6);
  expect(growth).toBeGreaterThan(0.9 * bytes); // else it measures nothing
  expect(growth).toBeLessThan(1.15 * bytes);
});
