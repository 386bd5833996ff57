import { AttuneError } from '@attune/internal';
import { type BpeOptions, bpe } from '../model/bpe';
import { byteToken } from '../model/bytes';
import { PairRanks } from '../model/merge-symbols';
import type { Model } from '../model/model';
import { unigram } from '../model/unigram';
import { wordPiece } from '../model/wordpiece';
import { wellFormed } from '../unicode/code-points';
import {
  asArray,
  asCount,
  asObject,
  booleanField,
  countField,
  invalid,
  type JsonObject,
  stringField,
  unsupported,
} from './fields';
import { readerOf } from './stages';

/** Requirements of the earlier stages for the model. */
export interface ModelNeeds {
  /** Whether it has to spell words in bytes. */
  readonly byteLevel: boolean;
}

/** Readers of models by type. */
export type ModelTypes = Readonly<Record<string, (object: JsonObject, needs: ModelNeeds) => Model>>;

/** The model of BERT. */
export const bertModels: ModelTypes = { WordPiece: readWordPiece };

/** The model of Llama and GPT-2. */
export const bpeModels: ModelTypes = { BPE: readBpe };

/** All models. */
export const allModels: ModelTypes = { WordPiece: readWordPiece, BPE: readBpe, Unigram: readUnigram };

/** Reads `model`, which has to be of one of the types. */
export function readModel(value: unknown, types: ModelTypes, needs: ModelNeeds): Model {
  const object = asObject(value, 'model');
  return readerOf('model', modelType(object), types)(object, needs);
}

/** Type of a model; if missing, as in older files, it is inferred from the fields. */
function modelType({ fields }: JsonObject): string {
  if (typeof fields.type === 'string') return fields.type;
  if (fields.merges !== undefined) return 'BPE';
  if (Array.isArray(fields.vocab)) return 'Unigram';
  return fields.continuing_subword_prefix === undefined ? 'WordLevel' : 'WordPiece';
}

function readWordPiece(object: JsonObject, { byteLevel }: ModelNeeds): Model {
  if (byteLevel) throw unsupported('pre_tokenizer type "ByteLevel" before a WordPiece model', 'a BPE model');
  const vocabulary = readVocabulary(object.fields.vocab);
  return wordPiece({
    vocabulary,
    unkId: unknownId(vocabulary, stringField(object, 'unk_token', '[UNK]')),
    maxInputCharsPerWord: countField(object, 'max_input_chars_per_word', 100),
    continuingSubwordPrefix: stringField(object, 'continuing_subword_prefix', '##'),
  });
}

function readUnigram(object: JsonObject, { byteLevel }: ModelNeeds): Model {
  if (byteLevel) throw unsupported('pre_tokenizer type "ByteLevel" before a Unigram model', 'a BPE model');
  const entries = asArray(object.fields.vocab, 'model.vocab');
  const tokens: string[] = [];
  const scores = new Float64Array(entries.length);
  for (const [id, entry] of entries.entries()) {
    const [token, score] = asArray(entry, `model.vocab[${id}]`);
    if (typeof token !== 'string' || wellFormed(token) !== token) {
      throw invalid(`model.vocab[${id}][0]`, 'a token without lone surrogates', token);
    }
    if (typeof score !== 'number' || !Number.isFinite(score)) {
      throw invalid(`model.vocab[${id}][1]`, 'the score of the token, a number', score);
    }
    tokens.push(token);
    scores[id] = score;
  }
  return unigram({
    tokens,
    scores,
    unkId: unknownPlace(object, tokens.length),
    byteFallback: booleanField(object, 'byte_fallback', false),
  });
}

/** Place of the unknown token in the vocabulary. The reference reads files without one, and fails at an unknown character. */
function unknownPlace({ fields }: JsonObject, count: number): number {
  const { unk_id: unkId } = fields;
  if (typeof unkId === 'number' && Number.isInteger(unkId) && unkId >= 0 && unkId < count) return unkId;
  throw invalid('model.unk_id', `the place of the unknown token in model.vocab, from 0 to ${count - 1}`, unkId);
}

type Vocabulary = ReadonlyMap<string, number>;

/** SentencePiece's character for a space, before which no vocabulary of its style merges. */
const sentencePieceSpace = '▁';

function readBpe(object: JsonObject, { byteLevel }: ModelNeeds): Model {
  const { fields } = object;
  const vocabulary = readVocabulary(fields.vocab);
  const dropout = fields.dropout ?? 0;
  if (dropout !== 0) throw unsupported(`model.dropout ${String(dropout)}`, 'null: encoding is not random');
  const settings = {
    unkId: bpeUnknownId(object, vocabulary, byteLevel),
    fuseUnk: booleanField(object, 'fuse_unk', false),
    byteFallback: booleanField(object, 'byte_fallback', false),
    ignoreMerges: booleanField(object, 'ignore_merges', false),
    byteLevel,
    continuingSubwordPrefix: stringField(object, 'continuing_subword_prefix', ''),
    endOfWordSuffix: stringField(object, 'end_of_word_suffix', ''),
  };
  const merges = readMerges(fields.merges, vocabulary, settings.continuingSubwordPrefix);
  const pairs = new PairRanks(merges.map(({ ids }) => ids));
  const cuts = isSentencePiece(settings, vocabulary) && merges.every(({ token }) => !/[^▁]▁/.test(token));
  return bpe({ ...settings, vocabulary, pairs, boundary: cuts ? sentencePieceSpace : '' });
}

/** Whether words are spelled in characters, of which a space is one and none is left out. */
function isSentencePiece(settings: Omit<BpeOptions, 'vocabulary' | 'pairs' | 'boundary'>, vocabulary: Vocabulary) {
  const { unkId, byteFallback, byteLevel, continuingSubwordPrefix, endOfWordSuffix, ignoreMerges } = settings;
  const complete = unkId !== undefined || (byteFallback && hasAllBytes(vocabulary));
  const plain = !byteLevel && !ignoreMerges && continuingSubwordPrefix + endOfWordSuffix === '';
  return plain && complete && vocabulary.has(sentencePieceSpace);
}

function hasAllBytes(vocabulary: Vocabulary): boolean {
  return Array.from({ length: 256 }, (_, byte) => byteToken(byte)).every((token) => vocabulary.has(token));
}

interface Merge {
  readonly token: string;
  readonly ids: readonly [number, number, number];
}

function readMerges(value: unknown, vocabulary: Vocabulary, prefix: string): Merge[] {
  const lines = asArray(value, 'model.merges').filter(
    (line) => typeof line !== 'string' || !line.startsWith('#version'),
  );
  return lines.map((line, i) => {
    const path = `model.merges[${i}]`;
    const [left, right] = readPair(line, path);
    const id = (token: string) => {
      const known = vocabulary.get(token);
      if (known === undefined) throw invalid(path, 'tokens of model.vocab', token);
      return known;
    };
    const token = left + right.slice(prefix.length);
    return { token, ids: [id(left), id(right), id(token)] };
  });
}

/** `"a b"`, or `["a", "b"]`. */
function readPair(line: unknown, path: string): [string, string] {
  const parts = typeof line === 'string' ? line.split(' ') : line;
  if (Array.isArray(parts) && parts.length === 2 && parts.every((each) => typeof each === 'string')) {
    return [parts[0], parts[1]];
  }
  throw invalid(path, '"left right" or ["left", "right"]', line);
}

/** Reads `model.vocab`, the tokens with their ids, no two of which are equal. */
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

/** A byte-level model knows every byte, so that its unknown token may be missing. */
function bpeUnknownId(object: JsonObject, vocabulary: Vocabulary, byteLevel: boolean): number | undefined {
  if ((object.fields.unk_token ?? null) === null) return undefined;
  const token = stringField(object, 'unk_token');
  return byteLevel ? vocabulary.get(token) : unknownId(vocabulary, token);
}

/** Id of the unknown token, which the vocabulary has to have. */
function unknownId(vocabulary: Vocabulary, unkToken: string): number {
  const unkId = vocabulary.get(unkToken);
  if (unkId !== undefined) return unkId;
  throw new AttuneError(
    'TOKENIZER_INVALID',
    `tokenizer.json: model.unk_token expected a token of the vocabulary, got "${unkToken}"; add it to model.vocab`,
  );
}
