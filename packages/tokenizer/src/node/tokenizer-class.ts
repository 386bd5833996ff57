// The class of a tokenizer, as a directory names it: how a vocabulary is read that does not say itself.
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { describe } from '../arguments';
import { readConfig } from './special-tokens';

interface FamilyOptions<Family> {
  /** The vocabulary's file, for errors. */
  readonly file: string;
  /** Those of `tokenizer_config.json`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** By the name of their class, without `Tokenizer` and `TokenizerFast`. */
  readonly families: Readonly<Record<string, Family>>;
  /** Packages of Python that convert any class. */
  readonly packages: string;
}

/**
 * The family of the class that `tokenizer_config.json` names, or else of the model that `config.json` does.
 *
 * @throws AttuneError TOKENIZER_UNSUPPORTED for one that is not among them
 */
export async function familyOf<Family extends { readonly modelTypes: readonly string[] }>(
  directory: string,
  { file, settings, families, packages }: FamilyOptions<Family>,
): Promise<Family> {
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
      `got ${describe(named)}; write it there if it is one of them, or ${conversionOf(packages)}`,
  );
}

/** The command that makes a `tokenizer.json`, and no other file, of a vocabulary in another form. */
export function conversionOf(packages: string): string {
  const code =
    "from transformers import AutoTokenizer as T; T.from_pretrained('.').backend_tokenizer.save('tokenizer.json')";
  return `convert it in that directory with Python: pip install ${packages} && python -c "${code}"`;
}
