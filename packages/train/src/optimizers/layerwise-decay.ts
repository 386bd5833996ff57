import { layerOf, type Model } from '@attune/models';

/**
 * What each parameter's learning rate is multiplied by: decay^(layers − layer), layers counted from 1.
 *
 * The last layer and the head learn at the full rate, each layer below at a share of the next one's, the embeddings
 * (layer 0) slowest.
 *
 * @see Sun et al.: How to Fine-Tune BERT for Text Classification? (2019), section 3.4.2; ULMFiT's discriminative fine-tuning
 */
export function layerwiseRates(decay: number, { config, specs }: Pick<Model, 'config' | 'specs'>): Map<string, number> {
  const rateOf = (name: string) => decay ** Math.max(0, config.layers - layerOf(config, name));
  return new Map(Object.keys(specs).map((name) => [name, rateOf(name)]));
}
