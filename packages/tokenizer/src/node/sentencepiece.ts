// Tokenizers in SentencePiece models, by the tokenizer class of a directory.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { refusePointer } from '@attune/internal/node';
import { type ConvertedTokenizer, convertSentencePiece, specialTokensOf } from '../sentencepiece/convert';
import { type ConversionSettings, families } from '../sentencepiece/families';
import { readSentencePiece } from '../sentencepiece/model-file';
import { familyOf } from './tokenizer-class';

const packages = 'transformers sentencepiece tiktoken protobuf';

/** Names of the file, most likely first. */
const modelFiles = ['sentencepiece.bpe.model', 'spiece.model', 'spm.model', 'tokenizer.model'];

/**
 * Reads the SentencePiece model of a directory, if it exists; `settings` are those of `tokenizer_config.json`.
 *
 * @throws AttuneError that names the file: TOKENIZER_UNSUPPORTED if no supported class is named,
 * TOKENIZER_INVALID and TOKENIZER_UNREADABLE for faults of the model file
 */
export async function sentencePieceTokenizer(
  directory: string,
  settings: ConversionSettings,
): Promise<ConvertedTokenizer | undefined> {
  for (const name of modelFiles) {
    const path = join(directory, name);
    const bytes = await readBytes(path);
    if (bytes === undefined) continue;
    refusePointer(path, bytes);
    const family = await familyOf(directory, { file: name, settings, families, packages });
    const json = convertSentencePiece(readSentencePiece(bytes, path), family, settings);
    return { path, json, specialTokens: specialTokensOf(family, settings) };
  }
  return undefined;
}

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new AttuneError('TOKENIZER_UNREADABLE', `${path}: expected a readable file, got ${code}`, { cause });
  }
}
