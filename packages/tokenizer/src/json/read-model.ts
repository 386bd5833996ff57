import { asObject } from './fields';
import { readBpe } from './read-bpe';
import { modelType, readVocabulary } from './read-vocabulary';
import { type ModelNeeds, type ReadModel, readOnlyWordPiece } from './read-wordpiece';

/** Reads `model`: BPE or WordPiece. */
export function readModel(value: unknown, needs: ModelNeeds): ReadModel {
  const object = asObject(value, 'model');
  if (modelType(object) !== 'BPE') return readOnlyWordPiece(value, needs);
  return { model: readBpe(object, readVocabulary(object.fields.vocab), needs.byteLevel) };
}
