// The tokenizer class of a directory, which determines how its vocabulary is read.
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { describe } from '../arguments';
import { readConfig } from './special-tokens';

interface FamilyOptions<Family> {
  /** Vocabulary file, for errors. */
  readonly file: string;
  /** Settings of `tokenizer_config.json`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** By class name, without `Tokenizer` and `TokenizerFast`. */
  readonly families: Readonly<Record<string, Family>>;
  /** Python packages that convert any class. */
  readonly packages: string;
}

/**
 * The family of the class in `tokenizer_config.json`, otherwise of the model type in `config.json`.
 *
 * @throws AttuneError TOKENIZER_UNSUPPORTED if it is not supported
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
    `${join(directory, 'tokenizer_config.json')}: tokenizer_class expected ${names.join(', ')} to read ${file}, ` +
      `got ${describe(named)}; add it if it is one of them, or ${conversionOf(packages)}`,
  );
}

/** The command that converts another vocabulary format to `tokenizer.json`. */
export function conversionOf(packages: string): string {
  const code =
    "from transformers import AutoTokenizer as T; T.from_pretrained('.').backend_tokenizer.save('tokenizer.json')";
  return `convert it in that directory with Python: pip install ${packages} && python -c "${code}"`;
}
