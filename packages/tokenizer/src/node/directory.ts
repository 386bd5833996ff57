import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AttuneError, isAttuneError, isObject, parseJson } from '@attune/internal';
import { checkString } from '../arguments';
import type { TokenizerJson } from '../json/tokenizer-json';
import { tokenizerFromJson } from '../load/from-json';
import { tokenizerFromVocab } from '../load/from-vocab';
import type { SpecialTokens, Tokenizer } from '../tokenizer';
import { byteLevelTokenizer } from './byte-level';
import { classOf, vocabText } from './class-of';
import { configured } from './configured';
import { triedPatterns } from './patterns';
import { readText } from './read-text';
import { sentencePieceTokenizer } from './sentencepiece';
import { classSpecialTokens, tokenizerType } from './special-tokens';
import { conversionOf, refuseOtherWords } from './tokenizer-class';
import { readTokenizerConfig, roleFields, roles, type TokenizerConfig } from './tokenizer-config';

/** Options of `loadTokenizer`. */
export interface LoadTokenizerOptions {
  /** Called with notes about assumptions that no file confirms; default none. */
  readonly onNote?: (note: string) => void;
}

/**
 * Loads the tokenizer of a Hugging Face model directory: from `tokenizer.json`; otherwise from `vocab.txt` (lower-cased, unless
 * `tokenizer_config.json` has another setting), from a SentencePiece model, or from `vocab.json` and `merges.txt`, according to the `tokenizer_class`.
 *
 * @throws AttuneError that names the file, if one is missing (`TOKENIZER_MISSING`), unreadable, damaged or not supported, or has a
 * regular expression with unbounded backtracking.
 *
 * @example
 * const tokenizer = await loadTokenizer('models/distilbert-base-uncased');
 * const { ids } = tokenizer.encode('Registered nurse');
 */
export async function loadTokenizer(
  directory: string,
  { onNote = () => {} }: LoadTokenizerOptions = {},
): Promise<Tokenizer> {
  checkString('loadTokenizer', 'directory', directory);
  const jsonPath = join(directory, 'tokenizer.json');
  const config = await readTokenizerConfig(directory);
  const json = await readText(jsonPath);
  if (json !== undefined) {
    const source = parsedOr(await triedPatterns(jsonPath, json));
    const specialTokens = { ...(await classSpecialTokens(directory, config.settings)), ...config.specialTokens };
    const whole = typeof source === 'string' ? source : configured(source, config.settings);
    return withPath(jsonPath, () => tokenizerFromJson(whole, { ...config, specialTokens }));
  }
  const vocab = await readText(join(directory, 'vocab.txt'));
  if (vocab !== undefined) return vocabTokenizer(vocab, { directory, config, onNote });
  const converted =
    (await sentencePieceTokenizer(directory, config.settings)) ??
    (await byteLevelTokenizer(directory, config.settings));
  if (converted === undefined) throw await missing(directory);
  const specialTokens = { ...converted.specialTokens, ...config.specialTokens };
  return withPath(converted.path, () => tokenizerFromJson(converted.json, { ...config, specialTokens }));
}

/** The object in a text of JSON; the text where there is none, which its reader refuses. */
function parsedOr(source: string | object): string | object {
  if (typeof source !== 'string') return source;
  try {
    const json = parseJson(source);
    return isObject(json) ? json : source;
  } catch {
    return source;
  }
}

interface VocabContext {
  readonly directory: string;
  readonly config: TokenizerConfig;
  readonly onNote: (note: string) => void;
}

/** The tokenizer of a `vocab.txt`: MPNet's if the model is an MPNet, otherwise BERT's. */
async function vocabTokenizer(vocab: string, { directory, config, onNote }: VocabContext): Promise<Tokenizer> {
  const path = join(directory, 'vocab.txt');
  await refuseOtherWords(directory, config.settings);
  const isMPNet = (await tokenizerType(directory, config.settings)) === 'mpnet';
  const own = isMPNet ? await classSpecialTokens(directory, config.settings) : {};
  const specialTokens = { ...own, ...config.specialTokens };
  const bert = withPath(path, () => tokenizerFromVocab(vocab, { ...config, ...specialTokens }));
  if (!config.isThere)
    onNote(
      `${path}: read as the vocabulary of ${isMPNet ? 'an MPNet' : 'a BERT'} that is lower-cased, the default without tokenizer_config.json; for a cased model write {"do_lower_case": false} into that file`,
    );
  const json = isMPNet ? asMPNet(bert) : bert.toJson();
  return tokenizerFromJson(configured(json, config.settings), { ...config, specialTokens });
}

/** As in transformers: two separators between the texts of a pair, and a mask that includes the space before it. */
function asMPNet({ toJson, idToToken, clsId, sepId, maskId }: Tokenizer): TokenizerJson {
  const { added_tokens = [], ...json } = toJson();
  const named = (id: number | undefined) => [idToToken(id as number), id];
  return {
    ...json,
    added_tokens: added_tokens.map((token) => ({ ...token, lstrip: token.id === maskId })),
    post_processor: {
      ...{ type: 'RobertaProcessing', sep: named(sepId), cls: named(clsId) },
      ...{ trim_offsets: true, add_prefix_space: false },
    } as TokenizerJson['post_processor'],
  };
}

/** Properties of the model that a tokenizer is saved with. */
export interface TokenizedModel {
  /** `model_type`; determines the tokenizer class. */
  readonly modelType: string;
  /** Maximum number of tokens that it accepts. */
  readonly maxPositions: number;
  /** Number of type ids; 0 for a model without type ids. */
  readonly typeVocabSize: number;
}

/** Options of `saveTokenizer`. */
export interface SaveTokenizerOptions {
  /** Model to save the tokenizer for: Python then truncates to its length and returns only inputs that it takes. Default none. */
  readonly model?: TokenizedModel;
}

/**
 * Saves a tokenizer in Hugging Face's format: `tokenizer.json`, `tokenizer_config.json`, `special_tokens_map.json`, and
 * `vocab.txt` if the ids are 0, 1, 2, …, because its line numbers are the ids.
 *
 * Creates the directory if needed. Each file is written under a temporary name and then renamed, so that
 * an interruption leaves no partial file.
 *
 * @example
 * await saveTokenizer(trainWordPiece(texts, { vocabSize: 8000 }), 'my-tokenizer');
 * const tokenizer = await loadTokenizer('my-tokenizer');
 */
export async function saveTokenizer(
  tokenizer: Tokenizer,
  directory: string,
  { model }: SaveTokenizerOptions = {},
): Promise<void> {
  const json = tokenizer.toJson();
  const files: Record<string, string | undefined> = {
    'vocab.txt': vocabText(json),
    'special_tokens_map.json': jsonText(specialTokenFields(tokenizer)),
    'tokenizer_config.json': jsonText(tokenizerConfigOf(tokenizer, json, model)),
    'tokenizer.json': jsonText(json),
  };
  for (const [name, text] of Object.entries(files)) {
    if (text !== undefined) await writeWhole(join(directory, name), text);
  }
}

/** Number of positions of BERT and DistilBERT. */
const defaultMaxLength = 512;

/** The fields of the special tokens that a tokenizer has. */
function specialTokenFields(tokenizer: Tokenizer): Record<string, string> {
  const ids: Record<keyof SpecialTokens, number | undefined> = {
    padToken: tokenizer.padId,
    unkToken: tokenizer.unkId,
    clsToken: tokenizer.clsId,
    sepToken: tokenizer.sepId,
    maskToken: tokenizer.maskId,
  };
  return Object.fromEntries(
    roles.flatMap((role) => {
      const id = ids[role];
      const token = id === undefined ? undefined : tokenizer.idToToken(id);
      return token === undefined ? [] : [[roleFields[role], token]];
    }),
  );
}

/** Contents of `tokenizer_config.json` for a tokenizer. */
function tokenizerConfigOf(tokenizer: Tokenizer, json: TokenizerJson, model?: TokenizedModel): Record<string, unknown> {
  const { normalizer, pre_tokenizer: preTokenizer } = json;
  const { maxPositions = defaultMaxLength } = model ?? {};
  const { modelMaxLength = maxPositions, truncationSide = 'right' } = tokenizer;
  const tokenizerClass = classOf(json, model?.modelType);
  const common = {
    ...specialTokenFields(tokenizer),
    model_max_length: model ? Math.min(modelMaxLength, maxPositions) : modelMaxLength,
    // If it is missing, transformers 4 sets the tokenizer's value to false.
    ...((preTokenizer as Record<string, unknown> | null)?.add_prefix_space === true && { add_prefix_space: true }),
    ...(model?.typeVocabSize === 0 && { model_input_names: ['input_ids', 'attention_mask'] }),
    ...(truncationSide === 'left' && { truncation_side: 'left' }),
    tokenizer_class: tokenizerClass,
  };
  if (tokenizerClass === 'PreTrainedTokenizerFast') return common;
  const { lowercase, strip_accents, handle_chinese_chars } = normalizer as Record<string, unknown>;
  return {
    ...common,
    do_lower_case: lowercase ?? true,
    strip_accents: strip_accents ?? null,
    tokenize_chinese_chars: handle_chinese_chars ?? true,
  };
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Vocabularies in unsupported formats. */
const otherForms = /^tekken\.json$/;

async function missing(directory: string): Promise<AttuneError> {
  const expected = 'tokenizer.json, vocab.txt, vocab.json and merges.txt, or a SentencePiece model';
  const names = await readdir(directory).catch(() => undefined);
  const found = names === undefined ? 'no such directory' : names.sort().slice(0, 10).join(', ') || 'nothing';
  const other = names?.find((name) => otherForms.test(name));
  const advice =
    other === undefined
      ? "copy it from the model's source"
      : `${other} is not supported: ${conversionOf('transformers')}`;
  return new AttuneError('TOKENIZER_MISSING', `${directory}: expected ${expected}, found ${found}; ${advice}`);
}

/** Adds the path of the file to errors. */
function withPath<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!isAttuneError(error)) throw error;
    const message = error.message.replace(/^(tokenizer\.json|vocab\.txt)/, () => path);
    throw new AttuneError(error.code, message, { cause: error });
  }
}

/** Writes a file atomically: under a temporary name, then renamed. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
