import { AttuneError } from '@attune/engine';
import { runTool, type ToolSettings } from './tool';

/** A matrix product, in a process of its own: an addon that does not fit ends it. */
const script = `
const util = require('node:util');
util.isArray = Array.isArray;
util.isNullOrUndefined = (value) => value === null || value === undefined;
const tf = require(process.argv[1]);
const product = tf.matMul(tf.fill([2, 3], 2), tf.fill([3, 2], 0.5)).dataSync();
console.log('attune:' + JSON.stringify({ product: Array.from(product), gpu: tf.backend().isUsingGpuDevice }));
`;

/**
 * Lets a project's package multiply two matrices.
 *
 * @returns whether it computed on a GPU
 * @throws AttuneError SETUP_FAILED where it does not load, or multiplies wrong
 */
export async function tryAddon(name: string, settings: ToolSettings): Promise<{ readonly gpu: boolean }> {
  const env = { TF_CPP_MIN_LOG_LEVEL: '1', ...settings.env };
  const printed = await runTool(process.execPath, ['-e', script, name], { ...settings, env });
  const { product, gpu } = JSON.parse(/^attune:(.*)$/m.exec(printed)?.[1] ?? '{}');
  if (String(product) === '3,3,3,3') return { gpu };
  throw new AttuneError('SETUP_FAILED', `setup: ${name} multiplied two matrices to ${product}, expected 3,3,3,3`);
}
