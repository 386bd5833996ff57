import { AttuneError } from '../attune-error';
import { asObject, type JsonObject } from '../json/fields';
import { describe } from '../options';
import { BERT_SPECIAL_TOKENS, type SpecialTokens } from '../tokenizer';

/** What Attune reads of a `tokenizer_config.json`. */
export interface TokenizerConfig {
  specialTokens: Partial<SpecialTokens>;
  modelMaxLength: number | undefined;
  lowercase: boolean;
  stripAccents: boolean | null;
  tokenizeChineseChars: boolean;
}

/** The names of special tokens in the file. */
export const ROLE_FIELDS: Readonly<Record<keyof SpecialTokens, string>> = {
  padToken: 'pad_token',
  unkToken: 'unk_token',
  clsToken: 'cls_token',
  sepToken: 'sep_token',
  maskToken: 'mask_token',
};

/** What "no maximum" is written as is larger than this. */
const LARGEST_MAX_LENGTH = 1e9;

/** Reads the text of `tokenizer_config.json`; what it leaves out is as in the reference's `BertTokenizer`. */
export function readTokenizerConfig(path: string, text: string): TokenizerConfig {
  const object = parse(path, text);
  const { model_max_length: maxLength } = object.fields;
  return {
    specialTokens: readSpecialTokens(object),
    modelMaxLength: typeof maxLength === 'number' && maxLength <= LARGEST_MAX_LENGTH ? maxLength : undefined,
    lowercase: flag(path, object, 'do_lower_case') ?? true,
    stripAccents: flag(path, object, 'strip_accents') ?? null,
    tokenizeChineseChars: flag(path, object, 'tokenize_chinese_chars') ?? true,
  };
}

function parse(path: string, text: string): JsonObject {
  try {
    return asObject(JSON.parse(text), path);
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
  const tokens: Partial<SpecialTokens> = {};
  for (const role of Object.keys(BERT_SPECIAL_TOKENS) as (keyof SpecialTokens)[]) {
    const value = fields[ROLE_FIELDS[role]];
    const text = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
    if (typeof text === 'string') tokens[role] = text;
  }
  return tokens;
}
