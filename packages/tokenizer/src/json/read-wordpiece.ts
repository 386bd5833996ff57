import type { Model } from '../model/model';
import { wordPiece } from '../model/wordpiece';
import { asObject, countField, type JsonObject, stringField, unsupported } from './fields';
import { knownToken, modelType, readVocabulary } from './read-vocabulary';

/** The model, and the setting of WordPiece that a batch encoder needs too. */
export interface ReadModel {
  model: Model;
  maxInputCharsPerWord?: number;
}

/** What the stages before it ask of a model. */
export interface ModelNeeds {
  /** To spell words in bytes. */
  byteLevel: boolean;
}

/** Reads a `model` that has to be a WordPiece model; older files leave out its `type`. */
export function readOnlyWordPiece(value: unknown, { byteLevel }: ModelNeeds): ReadModel {
  const object = asObject(value, 'model');
  const type = modelType(object);
  if (type !== 'WordPiece') throw unsupported(`model type "${type}"`, '"WordPiece", "BPE"');
  if (byteLevel) throw unsupported('pre_tokenizer type "ByteLevel" before a WordPiece model', 'a BPE model');
  return readWordPiece(object);
}

function readWordPiece(object: JsonObject): ReadModel {
  const vocabulary = readVocabulary(object.fields.vocab);
  const unkId = knownToken(vocabulary, stringField(object, 'unk_token', '[UNK]'));
  const maxInputCharsPerWord = countField(object, 'max_input_chars_per_word', 100);
  const continuingSubwordPrefix = stringField(object, 'continuing_subword_prefix', '##');
  return {
    model: wordPiece({ vocabulary, unkId, continuingSubwordPrefix, maxInputCharsPerWord }),
    maxInputCharsPerWord,
  };
}
