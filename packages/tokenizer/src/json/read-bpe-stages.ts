import { WordEncoder } from '../batch/word-encoder';
import { identityNormalizer } from '../normalizer/identity';
import type { Normalizer } from '../normalizer/normalizer';
import { normalizerSequence, prepend, replace } from '../normalizer/simple';
import { asObject, stringField, unsupported } from './fields';
import { readBpe } from './read-bpe';
import { readDecoder } from './read-decoder';
import { readPattern } from './read-pattern';
import { readPostProcessor } from './read-post-processor';
import { readPreTokenizer } from './read-pre-tokenizer';
import { type MoreTypes, stagesOf, typeOf } from './read-stage';
import { modelType, readVocabulary } from './read-vocabulary';
import type { BatchStages, Readers } from './readers';

/**
 * The readers for the files of Llama and GPT-2: without the stages that they do not use, which then are not part of a bundle.
 */
export const bpeReaders: Readers = {
  normalizer: (value) => ({ kind: 'other', normalizer: readBpeNormalizer(value, 'normalizer') }),
  preTokenizer: (value) => readPreTokenizer(value, 'pre_tokenizer'),
  model(value, { byteLevel }) {
    const object = asObject(value, 'model');
    if (modelType(object) !== 'BPE') throw unsupported(`model type "${modelType(object)}"`, '"BPE"');
    return { model: readBpe(object, readVocabulary(object.fields.vocab), byteLevel) };
  },
  postProcessor: readPostProcessor,
  decoder: readDecoder,
  batchEncoder: wordBatchEncoder,
};

/** The batch encoder for all stages whose words do not depend on where they are. */
export function wordBatchEncoder({ pipeline, needsPlaces }: BatchStages): WordEncoder | undefined {
  return needsPlaces ? undefined : new WordEncoder(pipeline);
}

/** The normalizers of these files, and `more`. */
export function readBpeNormalizer(value: unknown, path: string, more?: MoreTypes<Normalizer>): Normalizer {
  const stage = typeOf(value, path);
  if (stage === undefined) return identityNormalizer();
  const { type, object } = stage;
  if (type === 'Sequence') {
    const stages = stagesOf(object, 'normalizers');
    return normalizerSequence(stages.map((each) => readBpeNormalizer(each.value, each.path, more)));
  }
  if (type === 'Prepend') return prepend(stringField(object, 'prepend'));
  if (type === 'Replace') {
    const { matcher, literal } = readPattern(object);
    return replace(matcher, stringField(object, 'content'), literal);
  }
  const found = more?.read(type, object);
  if (found !== undefined) return found;
  throw unsupported(`normalizer type "${type}"`, `${more?.names ?? ''}"Prepend", "Replace", "Sequence", null`);
}
