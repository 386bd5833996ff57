import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '../attune-error';
import type { Tokenizer } from '../tokenizer';
import { tokenizerFromJson } from '../tokenizer-from-json';
import { tokenizerFromVocab } from '../tokenizer-from-vocab';
import { readText } from './files';
import { readTokenizerConfig } from './tokenizer-config';

/**
 * Loads the tokenizer of a Hugging Face model directory: from `tokenizer.json`, or else from `vocab.txt` with
 * `tokenizer_config.json`, which says whether it is lower-cased.
 *
 * Throws an AttuneError that names the file: one that is missing (`TOKENIZER_MISSING`), damaged or not supported.
 *
 * ```ts
 * const tokenizer = await loadTokenizer('models/distilbert-base-uncased');
 * ```
 */
export async function loadTokenizer(directory: string): Promise<Tokenizer> {
  const configPath = join(directory, 'tokenizer_config.json');
  const jsonPath = join(directory, 'tokenizer.json');
  const vocabPath = join(directory, 'vocab.txt');
  const configText = await readText(configPath);
  const config = configText === undefined ? undefined : readTokenizerConfig(configPath, configText);

  const json = await readText(jsonPath);
  if (json !== undefined) return naming(jsonPath, () => tokenizerFromJson(json, config));
  const vocab = await readText(vocabPath);
  if (vocab === undefined) throw await missing(directory, 'tokenizer.json or vocab.txt');
  if (config === undefined)
    throw await missing(directory, 'tokenizer_config.json (or tokenizer.json) beside vocab.txt');
  return naming(vocabPath, () => tokenizerFromVocab(vocab, { ...config, ...config.specialTokens }));
}

async function missing(directory: string, expected: string): Promise<AttuneError> {
  const names = await readdir(directory).catch(() => undefined);
  const found = names === undefined ? 'no such directory' : names.sort().slice(0, 10).join(', ') || 'nothing';
  return new AttuneError(
    'TOKENIZER_MISSING',
    `${directory}: ${expected} expected, found ${found}; copy it there from where the model comes from`,
  );
}

/** Has errors say which file they are about. */
function naming<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error;
    const message = error.message.replace(/^(tokenizer\.json|vocab\.txt)/, () => path);
    throw new AttuneError(error.code, message, { cause: error });
  }
}
