// Tokenizers in vocab.json and merges.txt, by the tokenizer class of a directory.
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import type { TokenizerJson } from '../json/tokenizer-json';
import { addedTokensOf, type ConvertedTokenizer, specialToken, specialTokensOf } from '../sentencepiece/convert';
import { type ConversionSettings, type Family, fairseqTokens, isSet, type Role } from '../sentencepiece/families';
import { readObject, readText } from './read-text';
import { familyOf } from './tokenizer-class';

/** Special tokens and stages of a tokenizer class. */
interface ByteLevelFamily extends Pick<Family, 'modelTypes' | 'specialTokens' | 'flags'> {
  readonly normalizer?: object;
  preTokenizer(settings: ConversionSettings): object;
  /** @param token text and id of the special token of a role */
  postProcessor(settings: ConversionSettings, token: (role: Role) => [string, number]): object;
}

const byteLevel = { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true };
const prefixed = (settings: ConversionSettings) => isSet(settings, 'add_prefix_space', false);
const normalized = { normalized: true };

const roberta: ByteLevelFamily = {
  modelTypes: ['roberta'],
  specialTokens: fairseqTokens,
  flags: {
    ...Object.fromEntries(Object.keys(fairseqTokens).map((role) => [role, normalized])),
    mask: { lstrip: true, normalized: false },
  },
  preTokenizer: (settings) => ({ ...byteLevel, add_prefix_space: prefixed(settings) }),
  postProcessor: (settings, token) => ({
    ...{ type: 'RobertaProcessing', sep: token('sep'), cls: token('cls') },
    ...{ trim_offsets: true, add_prefix_space: prefixed(settings) },
  }),
};

const bart: ByteLevelFamily = {
  ...roberta,
  modelTypes: ['bart'],
  flags: { ...roberta.flags, mask: { lstrip: true, normalized: true } },
};

const gpt2: ByteLevelFamily = {
  modelTypes: ['gpt2'],
  specialTokens: { bos: '<|endoftext|>', eos: '<|endoftext|>', unk: '<|endoftext|>' },
  flags: { bos: normalized, eos: normalized, unk: normalized },
  preTokenizer: roberta.preTokenizer,
  postProcessor(settings, token) {
    if (!isSet(settings, 'add_bos_token', false)) return { ...byteLevel, trim_offsets: false };
    const [bos, id] = token('bos');
    const [first, a] = [{ SpecialToken: { id: bos, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }];
    return {
      ...{ type: 'TemplateProcessing', single: [first, a], pair: [first, a, { Sequence: { id: 'B', type_id: 1 } }] },
      special_tokens: { [bos]: { id: bos, ids: [id], tokens: [bos] } },
    };
  },
};

const qwenWords =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const qwen2: ByteLevelFamily = {
  modelTypes: ['qwen2', 'qwen3'],
  specialTokens: { eos: '<|endoftext|>', unk: '<|endoftext|>', pad: '<|endoftext|>' },
  normalizer: { type: 'NFC' },
  preTokenizer: (settings) => ({
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: qwenWords }, behavior: 'Isolated', invert: false },
      { ...byteLevel, add_prefix_space: prefixed(settings), use_regex: false },
    ],
  }),
  postProcessor: () => ({ ...byteLevel, trim_offsets: false }),
};

/** Families by class name, without `Tokenizer` and `TokenizerFast`. */
const families: Readonly<Record<string, ByteLevelFamily>> = {
  Roberta: roberta,
  Longformer: { ...roberta, modelTypes: ['longformer'] },
  Bart: bart,
  GPT2: gpt2,
  Qwen2: qwen2,
};

/**
 * Reads the `vocab.json` and `merges.txt` of a directory, if they exist, as transformers 4.57 does; `settings` are those of
 * `tokenizer_config.json`.
 *
 * Reference: `convert_slow_tokenizer.py`, except that a `merges.txt` without the first line `#version` loses no merge here.
 *
 * @throws AttuneError TOKENIZER_MISSING if one file is missing, TOKENIZER_UNSUPPORTED if no supported class is named
 */
export async function byteLevelTokenizer(
  directory: string,
  settings: ConversionSettings,
): Promise<ConvertedTokenizer | undefined> {
  const path = join(directory, 'vocab.json');
  const vocab = await readObject(path);
  const merges = await readText(join(directory, 'merges.txt'));
  if (vocab === undefined && merges === undefined) return undefined;
  if (vocab === undefined || merges === undefined) throw incomplete(directory, vocab ? 'merges.txt' : 'vocab.json');
  const known = { file: 'vocab.json', settings, families, packages: 'transformers' };
  const family = await familyOf(directory, known);
  const vocabulary = vocab.fields as Readonly<Record<string, number>>; // checked where the model is made
  const ids = new Map(Object.entries(vocabulary));
  const added_tokens = addedTokensOf([], { ids, count: ids.size }, family, settings);
  const token = (role: Role): [string, number] => {
    const { content } = specialToken(role, family, settings);
    return [content, ids.get(content) as number];
  };
  const json = {
    ...{ version: '1.0', truncation: null, padding: null, added_tokens },
    normalizer: family.normalizer ?? null,
    pre_tokenizer: family.preTokenizer(settings),
    post_processor: family.postProcessor(settings, token),
    decoder: byteLevel,
    model: {
      ...{ type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: '', end_of_word_suffix: '' },
      ...{ fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab: vocabulary, merges: linesOf(merges) },
    },
  };
  return { path, json: json as unknown as TokenizerJson, specialTokens: specialTokensOf(family, settings) };
}

/** One merge per line, after a line with the version. */
function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'));
}

function incomplete(directory: string, lacks: string): AttuneError {
  const there = lacks === 'merges.txt' ? 'vocab.json' : 'merges.txt';
  return new AttuneError(
    'TOKENIZER_MISSING',
    `${directory}: expected ${lacks} in addition to ${there}, found no such file; copy it, or a tokenizer.json with both, from the model's source`,
  );
}
