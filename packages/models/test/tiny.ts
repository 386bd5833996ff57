import type { HostTensor } from '@attune/engine';
import { isInFile, type NumberKey, rowsBeforeFirst } from '../src/checkpoint/config-format';
import type { ModelConfig, ModelType } from '../src/checkpoint/model-config';
import { parseModelConfig } from '../src/config';
import { encoders, formatOf } from '../src/families';
import { initialize } from '../src/initialize';
import type { Model } from '../src/model';

const sizes = { layers: 2, hiddenSize: 16, heads: 2, intermediateSize: 24, vocabSize: 40, maxPositions: 16 } as const;

/** Every family of encoders. */
export const encoderTypes = Object.keys(encoders) as (keyof typeof encoders)[];

/** A configuration of a few thousand parameters, with weights large enough to tell one output from another. */
export function tinyConfig(modelType: ModelType, more: Readonly<Record<string, unknown>> = {}): ModelConfig {
  const format = formatOf(modelType);
  const maxPositions = sizes.maxPositions + rowsBeforeFirst(format, { padTokenId: 1 });
  const named = Object.entries({ ...sizes, maxPositions, initializerRange: 0.3 }).map(([key, value]) => {
    const field = format.fields[key as NumberKey];
    return [isInFile(field) ? field.name : key, value];
  });
  const narrower = modelType === 'electra' && { embedding_size: 8 };
  const oneSegment = format.positionsFollowPadding && { type_vocab_size: 1 };
  return parseModelConfig(
    { model_type: modelType, ...Object.fromEntries(named), ...narrower, ...oneSegment, ...more },
    'tiny',
  );
}

export const tinyParameters = ({ specs, config }: Model, seed = 1): Record<string, HostTensor> =>
  initialize(specs, config, seed);
