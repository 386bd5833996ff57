import { AttuneError } from '../attune-error';
import type { Model } from '../model/model';
import { wordPiece } from '../model/wordpiece';
import { asCount, asObject, countField, invalid, type JsonObject, stringField, unsupported } from './fields';

/** The model, and the setting of it that a batch encoder needs too. */
export interface ReadModel {
  model: Model;
  unkToken: string;
  maxInputCharsPerWord: number;
}

/** Reads `model`: WordPiece, whose `type` older files leave out. */
export function readModel(value: unknown): ReadModel {
  const object = asObject(value, 'model');
  const type = modelType(object);
  if (type !== 'WordPiece') throw unsupported(`model type "${type}"`, '"WordPiece"');
  const vocabulary = readVocabulary(object.fields.vocab);
  const unkToken = stringField(object, 'unk_token', '[UNK]');
  const unkId = vocabulary.get(unkToken);
  if (unkId === undefined) {
    throw new AttuneError(
      'TOKENIZER_INVALID',
      `tokenizer.json: model.unk_token expected a token of the vocabulary, got "${unkToken}"; add it to model.vocab`,
    );
  }
  const maxInputCharsPerWord = countField(object, 'max_input_chars_per_word', 100);
  const continuingSubwordPrefix = stringField(object, 'continuing_subword_prefix', '##');
  return {
    model: wordPiece({ vocabulary, unkId, continuingSubwordPrefix, maxInputCharsPerWord }),
    unkToken,
    maxInputCharsPerWord,
  };
}

/** The type, told by the fields where it is left out. */
function modelType({ fields }: JsonObject): string {
  if (typeof fields.type === 'string') return fields.type;
  if (fields.merges !== undefined) return 'BPE';
  if (Array.isArray(fields.vocab)) return 'Unigram';
  return fields.continuing_subword_prefix === undefined ? 'WordLevel' : 'WordPiece';
}

function readVocabulary(value: unknown): Map<string, number> {
  const { fields } = asObject(value, 'model.vocab');
  const vocabulary = new Map<string, number>();
  const tokens = new Map<number, string>();
  for (const [token, id] of Object.entries(fields)) {
    const path = `model.vocab[${JSON.stringify(token)}]`;
    const count = asCount(id, path);
    const other = tokens.get(count);
    if (other !== undefined) throw invalid(path, `an id other than that of ${JSON.stringify(other)}`, count);
    tokens.set(count, token);
    vocabulary.set(token, count);
  }
  return vocabulary;
}
