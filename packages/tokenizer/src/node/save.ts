import { join } from 'node:path';
import type { TokenizerJson } from '../json/tokenizer-json';
import type { SpecialTokens, Tokenizer } from '../tokenizer';
import { writeWhole } from './files';
import { ROLE_FIELDS } from './tokenizer-config';

/** BERT's and DistilBERT's number of positions. */
const DEFAULT_MAX_LENGTH = 512;

/**
 * Writes a tokenizer the way Hugging Face does: `tokenizer.json`, `tokenizer_config.json`, `special_tokens_map.json`, and
 * `vocab.txt` where the vocabulary's ids are 0, 1, 2, … (a line number is all it has for an id).
 *
 * Each file is written under a temporary name and then renamed, so that an interruption leaves none half-written.
 */
export async function saveTokenizer(tokenizer: Tokenizer, directory: string): Promise<void> {
  const json = tokenizer.toJson();
  const tokens = specialTokens(tokenizer);
  const files: Record<string, string | undefined> = {
    'vocab.txt': vocabText(json),
    'special_tokens_map.json': jsonText(tokens),
    'tokenizer_config.json': jsonText({ ...tokens, ...config(tokenizer, json) }),
    'tokenizer.json': jsonText(json),
  };
  for (const [name, text] of Object.entries(files)) {
    if (text !== undefined) await writeWhole(join(directory, name), text);
  }
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function vocabText({ model }: TokenizerJson): string | undefined {
  const entries = Object.entries(model.vocab).sort(([, a], [, b]) => a - b);
  if (entries.some(([token, id], line) => id !== line || /[\r\n]/.test(token))) return undefined;
  return entries.map(([token]) => `${token}\n`).join('');
}

function specialTokens(tokenizer: Tokenizer): Record<string, string> {
  const ids: Record<keyof SpecialTokens, number | undefined> = {
    padToken: tokenizer.padId,
    unkToken: tokenizer.unkId,
    clsToken: tokenizer.clsId,
    sepToken: tokenizer.sepId,
    maskToken: tokenizer.maskId,
  };
  return Object.fromEntries(
    (Object.keys(ids) as (keyof SpecialTokens)[]).flatMap((role) => {
      const id = ids[role];
      const token = id === undefined ? undefined : tokenizer.idToToken(id);
      return token === undefined ? [] : [[ROLE_FIELDS[role], token]];
    }),
  );
}

function config(tokenizer: Tokenizer, { normalizer }: TokenizerJson): Record<string, unknown> {
  const modelMaxLength = { model_max_length: tokenizer.modelMaxLength ?? DEFAULT_MAX_LENGTH };
  if (normalizer?.type !== 'BertNormalizer') return { ...modelMaxLength, tokenizer_class: 'PreTrainedTokenizerFast' };
  const { lowercase, strip_accents, handle_chinese_chars } = normalizer as Record<string, unknown>;
  return {
    ...modelMaxLength,
    do_lower_case: lowercase ?? true,
    strip_accents: strip_accents ?? null,
    tokenize_chinese_chars: handle_chinese_chars ?? true,
    tokenizer_class: 'BertTokenizer',
  };
}
