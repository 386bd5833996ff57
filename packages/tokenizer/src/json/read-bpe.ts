import { type BpeOptions, bpe } from '../model/bpe';
import { byteToken } from '../model/byte-characters';
import type { Model } from '../model/model';
import { PairRanks } from '../model/pair-ranks';
import { asArray, booleanField, invalid, type JsonObject, stringField, unsupported } from './fields';
import { knownToken } from './read-vocabulary';

/** SentencePiece's space, before which no vocabulary of its style merges. */
const SPACE = '▁';

/** Reads a BPE model; `byteLevel` says that words are to be spelled in bytes. */
export function readBpe(object: JsonObject, vocabulary: ReadonlyMap<string, number>, byteLevel: boolean): Model {
  const { fields } = object;
  const dropout = fields.dropout ?? 0;
  if (dropout !== 0) throw unsupported(`model.dropout ${String(dropout)}`, 'null: encoding is not random');
  const settings = {
    unkId: (fields.unk_token ?? null) === null ? undefined : knownToken(vocabulary, stringField(object, 'unk_token')),
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
  return bpe({ ...settings, vocabulary, pairs, boundary: cuts ? SPACE : '' });
}

/** Whether words are spelled in characters, of which a space is one and none is left out. */
function isSentencePiece(settings: Omit<BpeOptions, 'vocabulary' | 'pairs' | 'boundary'>, vocabulary: Vocabulary) {
  const { unkId, byteFallback, byteLevel, continuingSubwordPrefix, endOfWordSuffix, ignoreMerges } = settings;
  const complete = unkId !== undefined || (byteFallback && hasAllBytes(vocabulary));
  const plain = !byteLevel && !ignoreMerges && continuingSubwordPrefix + endOfWordSuffix === '';
  return plain && complete && vocabulary.has(SPACE);
}

function hasAllBytes(vocabulary: Vocabulary): boolean {
  return Array.from({ length: 256 }, (_, byte) => byteToken(byte)).every((token) => vocabulary.has(token));
}

type Vocabulary = ReadonlyMap<string, number>;

interface Merge {
  token: string;
  ids: [number, number, number];
}

function readMerges(value: unknown, vocabulary: ReadonlyMap<string, number>, prefix: string): Merge[] {
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
