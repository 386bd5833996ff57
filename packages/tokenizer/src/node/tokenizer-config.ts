// Settings of a tokenizer in tokenizer_config.json and in older files.
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { describe } from '../arguments';
import type { JsonObject } from '../json/fields';
import { bertSpecialTokens, type SpecialTokens } from '../tokenizer';
import { readObject } from './read-text';

/** Parsed `tokenizer_config.json`. */
export interface TokenizerConfig {
  /** Whether the file exists; otherwise defaults are those of the reference's `BertTokenizer`. */
  readonly isThere: boolean;
  readonly specialTokens: Partial<SpecialTokens>;
  readonly modelMaxLength: number | undefined;
  readonly truncationSide: 'right' | 'left' | undefined;
  readonly lowercase: boolean;
  readonly stripAccents: boolean | null;
  readonly tokenizeChineseChars: boolean;
  /** All fields. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Fields of the special tokens in the file. */
export const roleFields: Readonly<Record<keyof SpecialTokens, string>> = {
  padToken: 'pad_token',
  unkToken: 'unk_token',
  clsToken: 'cls_token',
  sepToken: 'sep_token',
  maskToken: 'mask_token',
};

export const roles = Object.keys(bertSpecialTokens) as (keyof SpecialTokens)[];

/** Whether a maximum is a limit: "no maximum" is written as a very large number, -1 or null. */
const isLimit = (length: unknown): length is number =>
  Number.isInteger(length) && (length as number) > 0 && (length as number) <= 1e9;

const sideIn = (value: unknown) => (value === 'right' || value === 'left' ? value : undefined);

/** Reads `tokenizer_config.json`. Missing fields have the defaults of the reference's `BertTokenizer`. */
export async function readTokenizerConfig(directory: string): Promise<TokenizerConfig> {
  const path = join(directory, 'tokenizer_config.json');
  const file = await readObject(path);
  const fields = { ...file?.fields, ...(await olderSettings(directory, file)) };
  const { max_len: olderName, model_max_length: maxLength = olderName } = fields;
  return {
    isThere: file !== undefined,
    specialTokens: readSpecialTokens(fields),
    modelMaxLength: isLimit(maxLength) ? maxLength : undefined,
    truncationSide: sideIn(fields.truncation_side),
    lowercase: flag(path, fields, 'do_lower_case') ?? true,
    stripAccents: flag(path, fields, 'strip_accents') ?? null,
    tokenizeChineseChars: flag(path, fields, 'tokenize_chinese_chars') ?? true,
    settings: fields,
  };
}

type Fields = JsonObject['fields'];

/**
 * Entries that transformers reads from `special_tokens_map.json` and `added_tokens.json`, as `added_tokens`, if `tokenizer_config.json` has no
 * `added_tokens_decoder`.
 */
async function olderSettings(directory: string, config: JsonObject | undefined): Promise<Fields> {
  if (config?.fields.added_tokens_decoder !== undefined) return {};
  const specialTokens = await readObject(join(directory, 'special_tokens_map.json'));
  const added = await readObject(join(directory, 'added_tokens.json'));
  return { ...specialTokens?.fields, ...(added && { added_tokens: added.fields }) };
}

function flag(path: string, fields: Fields, name: string): boolean | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw new AttuneError('TOKENIZER_INVALID', `${path}: ${name} expected true, false or null, got ${describe(value)}`);
}

/** A special token is its text, or an object with its text as `content`. */
function readSpecialTokens(fields: Fields): Partial<SpecialTokens> {
  return Object.fromEntries(
    roles.flatMap((role) => {
      const value = fields[roleFields[role]];
      const text = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
      return typeof text === 'string' ? [[role, text]] : [];
    }),
  );
}
