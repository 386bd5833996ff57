import type { Encoding } from '../encode/encoding';
import type { PaddingOptions, TruncationOptions } from '../encode/options';
import type { Tokenizer } from '../tokenizer';
import { quoted, refuses, same } from './expect';

/**
 * An encoding of the reference, under the names of Hugging Face tokenizers. `null` means no word and no sequence;
 * `offsets` are in UTF-16 units, two per token; those of tokens of type 1 that are not of sequence 1 do not count.
 */
export interface GoldenEncoding {
  /** Id of each token in the vocabulary. */
  readonly ids: readonly number[];
  /** Type id of each token. */
  readonly type_ids: readonly number[];
  /** 1 for added tokens, otherwise 0. */
  readonly special_tokens_mask: readonly number[];
  /** Number of each token's word in its text. */
  readonly word_ids: readonly (number | null)[];
  /** `[start₀, end₀, start₁, …]` in UTF-16 units; `null` if the reference gives places outside of the text. */
  readonly offsets: readonly number[] | null;
  /** Text of the pair, 0 or 1, of each token. */
  readonly sequence_ids?: readonly (number | null)[];
  /** 0 for padding, otherwise 1. */
  readonly attention_mask?: readonly number[];
}

/** Text of a list of ids, with special tokens skipped and kept. */
interface GoldenText {
  /** The text without special tokens. */
  readonly skip: string;
  /** The text with special tokens. */
  readonly keep: string;
}

/**
 * Results of a reference for a tokenizer. Only `texts` and `single` are required; everything present is compared.
 *
 * @example
 * const read = (file: string) => JSON.parse(readFileSync(`goldens/${file}.json`, 'utf8'));
 * const goldens: TokenizerGoldens = { texts: read('texts'), single: read('single'), pairs: read('pairs') };
 */
export interface TokenizerGoldens {
  /** The texts, which other goldens name by index. */
  readonly texts: readonly {
    /** Names the text in a failure. */
    readonly name: string;
    /** Texts to encode. */
    readonly text: string;
  }[];
  /** One encoding per text, in order. */
  readonly single: readonly GoldenEncoding[];
  /** Pairs; `a` and `b` index the texts. */
  readonly pairs?: readonly (GoldenEncoding & {
    /** Index of the first text. */
    readonly a: number;
    /** Index of the second text. */
    readonly b: number;
  })[];
  /** Texts and pairs that are cut: what is kept and then the overflow, or the reference's refusal. */
  readonly truncation?: readonly {
    /** Index of the first text. */
    readonly a: number;
    /** Index of the second text; null for a single one. */
    readonly b: number | null;
    /** Most tokens per encoding, special tokens included. */
    readonly max_length: number;
    /** Tokens that each overflowing part repeats. */
    readonly stride: number;
    /** Which text of a pair is cut. */
    readonly strategy: NonNullable<TruncationOptions['strategy']>;
    /** The end at which a text is cut. */
    readonly direction: NonNullable<TruncationOptions['direction']>;
    /** The kept part, then each overflowing part. */
    readonly encodings?: readonly GoldenEncoding[];
    /** The reference's message, where it refuses. */
    readonly error?: string;
  }[];
  /** Batches that are padded; `texts` index the texts. */
  readonly padding?: readonly {
    /** Indices of the texts of the batch. */
    readonly texts: readonly number[];
    /** How the batch is padded. */
    readonly options: {
      /** Length to reach, in tokens; null for the longest. */
      readonly length: number | null;
      /** Rounds the length up to a multiple of this many tokens. */
      readonly pad_to_multiple_of?: number;
      /** The end at which padding is added. */
      readonly direction?: 'left' | 'right';
      /** Id of the padding token. */
      readonly pad_id?: number;
      /** Type id that padding tokens get. */
      readonly pad_type_id?: number;
    };
    /** One padded encoding per text. */
    readonly rows: readonly GoldenEncoding[];
  }[];
  /** Texts that are split into words. */
  readonly pretokenized?: readonly (GoldenEncoding & {
    /** The words, in order. */
    readonly words: readonly string[];
  })[];
  /** Texts of the encodings in `single`, and of other ids. */
  readonly decode?: {
    /** Texts of the encodings in `single`, in order. */
    readonly texts: readonly GoldenText[];
    /** Texts of other ids. */
    readonly random: readonly (GoldenText & {
      /** Ids to decode. */
      readonly ids: readonly number[];
    })[];
  };
}

const orNull = (values: Int32Array) => Array.from(values, (value) => (value < 0 ? null : value));

/**
 * The golden's offsets, but those of `actual` for tokens of the second text that the reference does not say to be: they
 * were placed in the first.
 */
function placedOffsets({ offsets, type_ids, sequence_ids, special_tokens_mask }: GoldenEncoding, actual: Int32Array) {
  const isMisplaced = (token: number) =>
    sequence_ids !== undefined &&
    type_ids[token] === 1 &&
    special_tokens_mask[token] === 0 &&
    sequence_ids[token] !== 1;
  return offsets?.map((offset, i) => (isMisplaced(i >> 1) ? actual[i] : offset));
}

/** Compares every column that the reference has. */
function sameEncoding(what: string, encoding: Encoding, golden: GoldenEncoding): void {
  same(`${what}: ids`, encoding.ids, golden.ids);
  same(`${what}: type ids`, encoding.typeIds, golden.type_ids);
  same(`${what}: special tokens`, encoding.specialTokensMask, golden.special_tokens_mask);
  same(`${what}: word ids`, orNull(encoding.wordIds), golden.word_ids);
  if (golden.offsets !== null) same(`${what}: offsets`, encoding.offsets, placedOffsets(golden, encoding.offsets));
  if (golden.sequence_ids) same(`${what}: sequence ids`, orNull(encoding.sequenceIds), golden.sequence_ids);
  if (golden.attention_mask) same(`${what}: attention mask`, encoding.attentionMask, golden.attention_mask);
}

/** Texts have the reference's encodings, alone and in a batch. */
export function checkGoldenTexts(tokenizer: Tokenizer, { texts, single }: TokenizerGoldens): void {
  same('texts of the goldens', single.length, texts.length);
  const batch = tokenizer.encodeBatch(
    texts.map(({ text }) => text),
    { offsets: true },
  );
  for (const [i, golden] of single.entries()) {
    const { name, text } = texts[i];
    sameEncoding(name, tokenizer.encode(text), golden);
    const [start, end] = [batch.starts[i], batch.starts[i + 1]];
    same(`${name} in a batch: ids`, batch.ids.subarray(start, end), golden.ids);
    if (golden.offsets !== null) {
      same(`${name} in a batch: offsets`, batch.offsets.subarray(2 * start, 2 * end), golden.offsets);
    }
  }
}

/** Pairs have the reference's encodings. */
export function checkGoldenPairs(tokenizer: Tokenizer, { texts, pairs = [] }: TokenizerGoldens): void {
  for (const golden of pairs) {
    const [a, b] = [texts[golden.a], texts[golden.b]];
    sameEncoding(`${a.name} and ${b.name}`, tokenizer.encodePair(a.text, b.text), golden);
  }
}

/** Truncation keeps and cuts off what the reference does, or refuses with it; a batch keeps the same. */
export function checkGoldenTruncation(tokenizer: Tokenizer, { texts, truncation: cases = [] }: TokenizerGoldens): void {
  for (const { a, b, max_length, strategy, stride, direction, encodings = [], error } of cases) {
    const truncation = { maxLength: max_length, strategy, stride, direction };
    const what = JSON.stringify({ a, b, ...truncation });
    const encode = () =>
      b === null
        ? tokenizer.encode(texts[a].text, { truncation })
        : tokenizer.encodePair(texts[a].text, texts[b].text, { truncation });
    if (error !== undefined) {
      refuses(what, encode, 'ARGUMENT_INVALID');
      continue;
    }
    const kept = encode();
    const parts = [kept, ...kept.overflowing];
    same(`${what}: parts`, parts.length, encodings.length);
    for (const [i, golden] of encodings.entries()) sameEncoding(`${what}: part ${i}`, parts[i], golden);
    if (b !== null) continue;
    const batch = tokenizer.encodeBatch([texts[a].text], { truncation, offsets: true });
    same(`${what} in a batch`, [batch.ids, batch.offsets], [kept.ids, kept.offsets]);
  }
}

/** Padding adds what the reference's does, alone and in a batch. */
export function checkGoldenPadding(tokenizer: Tokenizer, { texts, padding: cases = [] }: TokenizerGoldens): void {
  for (const { texts: indices, options, rows } of cases) {
    const batch = indices.map((i) => texts[i].text);
    const longest = Math.max(...batch.map((text) => tokenizer.encode(text).ids.length));
    const padding: PaddingOptions = {
      padToMultipleOf: options.pad_to_multiple_of,
      direction: options.direction,
      padId: options.pad_id,
      padTypeId: options.pad_type_id,
    };
    for (const [i, golden] of rows.entries()) {
      const alone = tokenizer.encode(batch[i], { padding: { ...padding, length: options.length ?? longest } });
      sameEncoding(JSON.stringify({ options, text: indices[i] }), alone, golden);
    }
    const padded = tokenizer.encodeBatch(batch, {
      padding: { ...padding, length: options.length ?? undefined },
      offsets: true,
    });
    same(
      `${JSON.stringify(options)} in a batch: ids`,
      padded.ids,
      rows.flatMap((row) => row.ids),
    );
    same(
      `${JSON.stringify(options)} in a batch: offsets`,
      padded.offsets,
      rows.flatMap((row) => row.offsets ?? []),
    );
  }
}

/** Texts that are split into words have the reference's encodings. */
export function checkGoldenWords(tokenizer: Tokenizer, { pretokenized = [] }: TokenizerGoldens): void {
  for (const golden of pretokenized)
    sameEncoding(quoted(golden.words.join(' ')), tokenizer.encodeWords(golden.words), golden);
}

/** Ids decode to the reference's texts, at once, in a batch and id by id. */
export function checkGoldenDecoding(tokenizer: Tokenizer, { single, decode }: TokenizerGoldens): void {
  const { texts = [], random = [] } = decode ?? {};
  const cases = [...texts.map((golden, i) => ({ ...golden, ids: single[i].ids })), ...random];
  for (const { ids, skip, keep } of cases) {
    same(`decoded ${ids.join()}`, tokenizer.decode(ids), skip);
    const kept = tokenizer.decode(Int32Array.from(ids), { skipSpecialTokens: false });
    same(`decoded ${ids.join()}, with special tokens`, kept, keep);
    const stream = tokenizer.decodeStream();
    same(`decoded ${ids.join()} id by id`, ids.map((id) => stream.push(id)).join('') + stream.end(), skip);
  }
  const batch = tokenizer.decodeBatch(cases.map(({ ids }) => ids));
  same(
    'decoded batch',
    batch,
    cases.map(({ skip }) => skip),
  );
}
