import type { ModelConfig } from './checkpoint/config';
import { families } from './families';

/**
 * How deep in the model a parameter is: 0 for the embeddings, 1 for the first layer's, `layers` for the last one's and the norm after it, and
 * `layers + 1` for a head's (BERT's pooler is one: no other task has it). An adapter's matrix is where its module is.
 *
 * A family is asked which parameters it has with so many layers, so that none has to say it twice.
 *
 * @example
 * layerOf(config, 'bert.encoder.layer.0.output.dense.bias'); // 1
 */
export function layerOf(config: ModelConfig, parameter: string): number {
  const { specs, finalNorm } = families[config.modelType];
  const ofModule = parameter.replace(/\.lora_[AB]\.weight$/, '.weight');
  if (ofModule !== parameter) return layerOf(config, ofModule);
  if (finalNorm && parameter.startsWith(`${finalNorm}.`)) return config.layers;
  for (let layers = 0; layers <= config.layers; layers++) if (parameter in specs({ ...config, layers })) return layers;
  return config.layers + 1;
}
