import { AttuneError } from '../attune-error';
import { asCount, asObject, invalid, type JsonObject } from './fields';

/** The id of the unknown token. */
export function knownToken(vocabulary: ReadonlyMap<string, number>, unkToken: string): number {
  const unkId = vocabulary.get(unkToken);
  if (unkId !== undefined) return unkId;
  throw new AttuneError(
    'TOKENIZER_INVALID',
    `tokenizer.json: model.unk_token expected a token of the vocabulary, got "${unkToken}"; add it to model.vocab`,
  );
}

/** The type of a model, told by the fields where it is left out. */
export function modelType({ fields }: JsonObject): string {
  if (typeof fields.type === 'string') return fields.type;
  if (fields.merges !== undefined) return 'BPE';
  if (Array.isArray(fields.vocab)) return 'Unigram';
  return fields.continuing_subword_prefix === undefined ? 'WordLevel' : 'WordPiece';
}

/** The tokens of `model.vocab` with their ids, of which no two are equal. */
export function readVocabulary(value: unknown): Map<string, number> {
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
