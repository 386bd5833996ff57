import { AttuneError } from '@attune/internal';
import type { AddedTokenJson, TokenizerJson } from '../json/tokenizer-json';
import { bertSpecialTokens, type SpecialTokens, type Tokenizer } from '../tokenizer';
import { bertStages } from './from-json';
import { makeTokenizer } from './make-tokenizer';

/**
 * Options of `tokenizerFromVocab`. Special tokens default to BERT's.
 *
 * @example
 * const options: VocabOptions = { lowercase: false, maskToken: '<mask>' };
 * const tokenizer = tokenizerFromVocab(vocabText, options);
 */
export interface VocabOptions extends Partial<SpecialTokens> {
  /** Whether the vocabulary is lower-case (`uncased` models). */
  readonly lowercase: boolean;
  /** Whether to strip accents; default the value of `lowercase`. */
  readonly stripAccents?: boolean | null;
  /** Whether every Chinese character is a separate word; default true. */
  readonly tokenizeChineseChars?: boolean;
  /** Additional special tokens of the vocabulary; default none. */
  readonly additionalSpecialTokens?: readonly string[];
  /** Prefix of pieces that do not begin a word; default `##`. */
  readonly continuingSubwordPrefix?: string;
  /** Maximum number of tokens that the model accepts; default no limit. */
  readonly modelMaxLength?: number;
}

/**
 * Makes a BERT tokenizer from the contents of a `vocab.txt`: one token per line; the id is the line number, from
 * 0.
 *
 * If a token occurs twice, the last line counts, as in the reference.
 *
 * @throws AttuneError `TOKENIZER_INVALID` if `[UNK]`, `[CLS]` or `[SEP]` is missing.
 *
 * @example
 * const tokenizer = tokenizerFromVocab(vocabText, { lowercase: true });
 * tokenizer.encode('Registered nurse').tokens; // ['[CLS]', 'registered', 'nurse', '[SEP]']
 */
export function tokenizerFromVocab(vocabText: string, options: VocabOptions): Tokenizer {
  const names = specialTokens(options);
  const vocab = new Map(linesOf(vocabText).map((token, id) => [token, id]));
  for (const name of [names.unkToken, names.clsToken, names.sepToken]) requireToken(vocab, name);
  const json = bertTokenizerJson(vocab, names, options);
  return makeTokenizer(json, { specialTokens: names, modelMaxLength: options.modelMaxLength }, bertStages);
}

function specialTokens(options: Partial<SpecialTokens>): SpecialTokens {
  const names: { -readonly [Role in keyof SpecialTokens]: string } = { ...bertSpecialTokens };
  for (const role of Object.keys(names) as (keyof SpecialTokens)[]) names[role] = options[role] ?? names[role];
  return names;
}

function linesOf(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function requireToken(vocab: ReadonlyMap<string, number>, token: string): number {
  const id = vocab.get(token);
  if (id === undefined) {
    throw new AttuneError(
      'TOKENIZER_INVALID',
      `vocab.txt: expected ${token} among its ${vocab.size} tokens, found none; is it a BERT vocabulary, one token per line?`,
    );
  }
  return id;
}

function bertTokenizerJson(
  vocab: ReadonlyMap<string, number>,
  names: SpecialTokens,
  options: VocabOptions,
): TokenizerJson {
  const prefix = options.continuingSubwordPrefix ?? '##';
  const model = {
    type: 'WordPiece',
    unk_token: names.unkToken,
    continuing_subword_prefix: prefix,
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(vocab),
  };
  const normalizer = {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: options.tokenizeChineseChars ?? true,
    strip_accents: options.stripAccents ?? null,
    lowercase: options.lowercase,
  };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(vocab, [...Object.values(names), ...(options.additionalSpecialTokens ?? [])]),
    normalizer,
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: bertTemplateJson(vocab, names),
    decoder: { type: 'WordPiece', prefix, cleanup: true } as TokenizerJson['decoder'],
    model,
  };
}

function addedTokens(vocab: ReadonlyMap<string, number>, names: readonly string[]): AddedTokenJson[] {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return [...new Set(names)]
    .flatMap((content) => {
      const id = vocab.get(content);
      return id === undefined ? [] : [{ id, content, ...flags }];
    })
    .sort((a, b) => a.id - b.id);
}

function bertTemplateJson(vocab: ReadonlyMap<string, number>, { clsToken, sepToken }: SpecialTokens) {
  const special = (id: string, typeId: number) => ({ SpecialToken: { id, type_id: typeId } });
  const sequence = (id: 'A' | 'B', typeId: number) => ({ Sequence: { id, type_id: typeId } });
  const single = [special(clsToken, 0), sequence('A', 0), special(sepToken, 0)];
  const entry = (id: string) => [id, { id, ids: [requireToken(vocab, id)], tokens: [id] }] as const;
  return {
    type: 'TemplateProcessing',
    single,
    pair: [...single, sequence('B', 1), special(sepToken, 1)],
    special_tokens: Object.fromEntries([entry(clsToken), entry(sepToken)]),
  };
}
