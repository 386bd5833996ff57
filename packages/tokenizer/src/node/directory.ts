import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AttuneError, isAttuneError, parseJson, refusePointer } from '@attune/internal';
import { checkString, describe } from '../arguments';
import { asObject, type JsonObject } from '../json/fields';
import type { TokenizerJson } from '../json/tokenizer-json';
import { tokenizerFromJson } from '../load/from-json';
import { tokenizerFromVocab } from '../load/from-vocab';
import { bertSpecialTokens, type SpecialTokens, type Tokenizer } from '../tokenizer';
import { triedPatterns } from './patterns';
import { conversionOf, sentencePieceTokenizer } from './sentencepiece';
import { classSpecialTokens } from './special-tokens';

/**
 * Loads the tokenizer of a Hugging Face model directory: from `tokenizer.json`, or else from `vocab.txt` and
 * `tokenizer_config.json`, which tells whether it is lower-cased, or from a SentencePiece model as its `tokenizer_class`
 * reads it.
 *
 * @throws AttuneError naming the file, if one is missing (`TOKENIZER_MISSING`), unreadable, damaged or not supported, as is one with a
 * regular expression that backtracks without end.
 *
 * @example
 * const tokenizer = await loadTokenizer('models/distilbert-base-uncased');
 * const { ids } = tokenizer.encode('Registered nurse');
 */
export async function loadTokenizer(directory: string): Promise<Tokenizer> {
  checkString('loadTokenizer', 'directory', directory);
  const configPath = join(directory, 'tokenizer_config.json');
  const jsonPath = join(directory, 'tokenizer.json');
  const vocabPath = join(directory, 'vocab.txt');
  const configText = await readText(configPath);
  const config = configText === undefined ? undefined : readTokenizerConfig(configPath, configText);

  const json = await readText(jsonPath);
  if (json !== undefined) {
    const source = await triedPatterns(jsonPath, json);
    const specialTokens = {
      ...(await classSpecialTokens(directory, config?.settings ?? {})),
      ...config?.specialTokens,
    };
    return withPath(jsonPath, () => tokenizerFromJson(source, { ...config, specialTokens }));
  }
  const vocab = await readText(vocabPath);
  const converted = vocab === undefined ? await sentencePieceTokenizer(directory, config?.settings ?? {}) : undefined;
  if (converted !== undefined) {
    const specialTokens = { ...converted.specialTokens, ...config?.specialTokens };
    return withPath(converted.path, () => tokenizerFromJson(converted.json, { ...config, specialTokens }));
  }
  if (vocab === undefined) throw await missing(directory, 'tokenizer.json, vocab.txt or a SentencePiece model');
  if (config === undefined)
    throw await missing(directory, 'tokenizer_config.json (or tokenizer.json) beside vocab.txt');
  return withPath(vocabPath, () => tokenizerFromVocab(vocab, { ...config, ...config.specialTokens }));
}

/** The model that a tokenizer is saved beside, as its config names it. */
export interface TokenizedModel {
  /** `model_type`: a DistilBERT has a class of tokenizer of its own. */
  readonly modelType: string;
  /** Most tokens that it reads. */
  readonly maxPositions: number;
  /** Number of type ids; 0 for a model that takes none. */
  readonly typeVocabSize: number;
}

/** Options of `saveTokenizer`. */
export interface SaveTokenizerOptions {
  /** Where it is given, Python makes of a text what this model takes: no longer, and with no inputs that it does not know. Default none. */
  readonly model?: TokenizedModel;
}

/**
 * Saves a tokenizer as Hugging Face does: `tokenizer.json`, `tokenizer_config.json`, `special_tokens_map.json`, and
 * `vocab.txt` if the ids are 0, 1, 2, …, since a line number is all it has for an id.
 *
 * The directory is created if it does not exist. Each file is written under a temporary name and then renamed, so that
 * an interruption leaves none half-written.
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

/** What is read from a `tokenizer_config.json`. */
interface TokenizerConfig {
  readonly specialTokens: Partial<SpecialTokens>;
  readonly modelMaxLength: number | undefined;
  readonly lowercase: boolean;
  readonly stripAccents: boolean | null;
  readonly tokenizeChineseChars: boolean;
  /** All fields. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Fields of the special tokens in the file. */
const roleFields: Readonly<Record<keyof SpecialTokens, string>> = {
  padToken: 'pad_token',
  unkToken: 'unk_token',
  clsToken: 'cls_token',
  sepToken: 'sep_token',
  maskToken: 'mask_token',
};

const roles = Object.keys(bertSpecialTokens) as (keyof SpecialTokens)[];

/** Whether a maximum counts: "no maximum" is written as a larger number, -1 or null. */
const isLimit = (length: unknown): length is number =>
  Number.isInteger(length) && (length as number) > 0 && (length as number) <= 1e9;

/** Number of positions of BERT and DistilBERT. */
const defaultMaxLength = 512;

/** Reads the text of `tokenizer_config.json`. Fields that are left out are as in the reference's `BertTokenizer`. */
function readTokenizerConfig(path: string, text: string): TokenizerConfig {
  const object = parse(path, text);
  const { max_len: olderName, model_max_length: maxLength = olderName } = object.fields;
  return {
    specialTokens: readSpecialTokens(object),
    modelMaxLength: isLimit(maxLength) ? maxLength : undefined,
    lowercase: flag(path, object, 'do_lower_case') ?? true,
    stripAccents: flag(path, object, 'strip_accents') ?? null,
    tokenizeChineseChars: flag(path, object, 'tokenize_chinese_chars') ?? true,
    settings: object.fields,
  };
}

function parse(path: string, text: string): JsonObject {
  try {
    return asObject(parseJson(text), path);
  } catch (cause) {
    throw new AttuneError('TOKENIZER_NOT_JSON', `${path}: a JSON object expected; is the file complete?`, { cause });
  }
}

function flag(path: string, { fields }: JsonObject, name: string): boolean | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw new AttuneError('TOKENIZER_INVALID', `${path}: ${name} expected true, false or null, got ${describe(value)}`);
}

/** A special token is its text, or an object with its text as `content`. */
function readSpecialTokens({ fields }: JsonObject): Partial<SpecialTokens> {
  return Object.fromEntries(
    roles.flatMap((role) => {
      const value = fields[roleFields[role]];
      const text = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
      return typeof text === 'string' ? [[role, text]] : [];
    }),
  );
}

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

/** The contents of `tokenizer_config.json` for a tokenizer. */
function tokenizerConfigOf(
  tokenizer: Tokenizer,
  { normalizer, post_processor: postProcessor }: TokenizerJson,
  model?: TokenizedModel,
): Record<string, unknown> {
  const { maxPositions = defaultMaxLength } = model ?? {};
  const { modelMaxLength = maxPositions } = tokenizer;
  const common = {
    ...specialTokenFields(tokenizer),
    model_max_length: model ? Math.min(modelMaxLength, maxPositions) : modelMaxLength,
    ...(model?.typeVocabSize === 0 && { model_input_names: ['input_ids', 'attention_mask'] }),
  };
  if (normalizer?.type !== 'BertNormalizer') return { ...common, tokenizer_class: 'PreTrainedTokenizerFast' };
  const { lowercase, strip_accents, handle_chinese_chars } = normalizer as Record<string, unknown>;
  return {
    ...common,
    do_lower_case: lowercase ?? true,
    strip_accents: strip_accents ?? null,
    tokenize_chinese_chars: handle_chinese_chars ?? true,
    tokenizer_class: classOf(postProcessor, model),
  };
}

/**
 * The class of Python's that puts special tokens where this tokenizer does: transformers 5 goes by the class and not by tokenizer.json, and of a
 * pair MPNet's has two separators in the middle.
 */
function classOf(postProcessor: TokenizerJson['post_processor'], model?: TokenizedModel): string {
  if (postProcessor?.type === 'RobertaProcessing') return 'MPNetTokenizer';
  return model?.modelType === 'distilbert' ? 'DistilBertTokenizer' : 'BertTokenizer';
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function vocabText({ model }: TokenizerJson): string | undefined {
  if (Array.isArray(model.vocab)) return undefined; // of Unigram, whose tokens have scores
  const entries = Object.entries(model.vocab).sort(([, a], [, b]) => a - b);
  if (entries.some(([token, id], line) => id !== line || /[\r\n]/.test(token))) return undefined;
  return entries.map(([token]) => `${token}\n`).join('');
}

/** Reads a text file, which has to be UTF-8; `undefined` if there is none. */
async function readText(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new AttuneError('TOKENIZER_UNREADABLE', `${path}: a readable file expected, got ${cause.code}`, { cause });
  });
  if (bytes === undefined) return undefined;
  refusePointer(path, bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AttuneError('TOKENIZER_INVALID', `${path}: UTF-8 expected, got other bytes; save it as UTF-8`, { cause });
  }
}

/** Vocabularies in forms that are not read here. */
const otherForms = /^(?:(?:vocab|merges)\.(?:json|txt)|tekken\.json)$/;

async function missing(directory: string, expected: string): Promise<AttuneError> {
  const names = await readdir(directory).catch(() => undefined);
  const found = names === undefined ? 'no such directory' : names.sort().slice(0, 10).join(', ') || 'nothing';
  const other = names?.find((name) => otherForms.test(name));
  const advice =
    other === undefined
      ? 'copy it there from where the model comes from'
      : `${other} is not read here: ${conversionOf('transformers')}`;
  return new AttuneError('TOKENIZER_MISSING', `${directory}: ${expected} expected, found ${found}; ${advice}`);
}

/** Puts the path of the file into errors. */
function withPath<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!isAttuneError(error)) throw error;
    const message = error.message.replace(/^(tokenizer\.json|vocab\.txt)/, () => path);
    throw new AttuneError(error.code, message, { cause: error });
  }
}

/** Writes a file whole or not at all: under a temporary name, which is then changed. */
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
