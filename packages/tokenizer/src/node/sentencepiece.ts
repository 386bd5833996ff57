// Tokenizers of SentencePiece models, by the class that a directory names.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError, refusePointer } from '@attune/internal';
import { describe } from '../arguments';
import type { TokenizerJson } from '../json/tokenizer-json';
import { convertSentencePiece, specialToken } from '../sentencepiece/convert';
import { type ConversionSettings, type Family, families, type Role, roleNames } from '../sentencepiece/families';
import { readSentencePiece } from '../sentencepiece/model-file';
import type { SpecialTokens } from '../tokenizer';
import { readConfig } from './special-tokens';

/** Names of the file, the likeliest first. */
const modelFiles = ['sentencepiece.bpe.model', 'spiece.model', 'spm.model', 'tokenizer.model'];

/** A SentencePiece model, converted. */
interface ConvertedModel {
  readonly path: string;
  readonly json: TokenizerJson;
  /** Names of the special tokens that its class has. */
  readonly specialTokens: Partial<SpecialTokens>;
}

/**
 * Reads the SentencePiece model of a directory, if there is one; `settings` are those of `tokenizer_config.json`.
 *
 * @throws AttuneError naming the file: TOKENIZER_UNSUPPORTED where no class that is read here is named,
 * TOKENIZER_INVALID and TOKENIZER_UNREADABLE for the model itself
 */
export async function sentencePieceTokenizer(
  directory: string,
  settings: ConversionSettings,
): Promise<ConvertedModel | undefined> {
  for (const name of modelFiles) {
    const path = join(directory, name);
    const bytes = await readBytes(path);
    if (bytes === undefined) continue;
    refusePointer(path, bytes);
    const family = await familyOf(directory, name, settings);
    const json = convertSentencePiece(readSentencePiece(bytes, path), family, settings);
    return { path, json, specialTokens: specialTokensOf(family, settings) };
  }
  return undefined;
}

/** The command that makes a `tokenizer.json`, and no other file, of a vocabulary in another form. */
export function conversionOf(packages: string): string {
  const code =
    "from transformers import AutoTokenizer as T; T.from_pretrained('.').backend_tokenizer.save('tokenizer.json')";
  return `convert it in that directory with Python: pip install ${packages} && python -c "${code}"`;
}

async function familyOf(directory: string, file: string, settings: ConversionSettings): Promise<Family> {
  const config = settings.tokenizer_class === undefined ? await readConfig(directory) : settings;
  const { tokenizer_class: named = settings.tokenizer_class, model_type: modelType } = config;
  const byClass = typeof named === 'string' ? /^(.+?)Tokenizer(?:Fast)?$/.exec(named)?.[1] : undefined;
  if (byClass !== undefined && Object.hasOwn(families, byClass)) return families[byClass];
  const byType = Object.values(families).find(({ modelTypes }) => modelTypes.includes(modelType as string));
  if (named === undefined && byType !== undefined) return byType;
  const names = Object.keys(families).map((name) => `${name}Tokenizer`);
  throw new AttuneError(
    'TOKENIZER_UNSUPPORTED',
    `${join(directory, 'tokenizer_config.json')}: tokenizer_class expected ${names.join(', ')}, by which ${file} is read, ` +
      `got ${describe(named)}; write it there if it is one of them, or ${conversionOf('transformers sentencepiece tiktoken protobuf')}`,
  );
}

function specialTokensOf(family: Family, settings: ConversionSettings): Partial<SpecialTokens> {
  const roles = Object.keys(family.specialTokens) as Role[];
  return Object.fromEntries(
    roles.flatMap((role) => {
      const name = roleNames[role];
      return name === undefined ? [] : [[name, specialToken(role, family, settings).content]];
    }),
  );
}

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new AttuneError('TOKENIZER_UNREADABLE', `${path}: a readable file expected, got ${code}`, { cause });
  }
}
