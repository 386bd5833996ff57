// The tokenizer class of a directory, which determines how its vocabulary is read.
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { describe } from '../arguments';
import { className, readConfig } from './special-tokens';

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
  const { named, modelType } = await namedClass(directory, settings);
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

/** The class in `tokenizer_config.json`, otherwise the class and the model type in `config.json`; null counts as absent. */
async function namedClass(directory: string, settings: Readonly<Record<string, unknown>>) {
  const config = (settings.tokenizer_class ?? undefined) === undefined ? await readConfig(directory) : settings;
  return { named: config.tokenizer_class ?? undefined, modelType: config.model_type };
}

/** Classes of BERT's tokenizer. */
export const bertClasses: readonly string[] = [
  ...[
    'Bert',
    'DistilBert',
    'Electra',
    'MPNet',
    'ConvBert',
    'MobileBert',
    'SqueezeBert',
    'LayoutLM',
    'LayoutLMv2',
    'Lxmert',
  ],
  ...['MiniLM', 'Realm', 'RetriBert', 'Splinter', 'DPRContextEncoder', 'DPRQuestionEncoder', 'DPRReader', 'VisualBert'],
];

/** Further classes that read a `vocab.txt` as BERT does: MPNet's, and those for any file. */
const likeBert: readonly string[] = ['MPNet', 'PreTrained', 'Auto'];

/**
 * Refuses a `vocab.txt` of another class, such as one whose words a Japanese dictionary splits.
 *
 * @throws AttuneError TOKENIZER_UNSUPPORTED
 */
export async function refuseOtherWords(directory: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const where = join(directory, settings.tokenizer_class == null ? 'config.json' : 'tokenizer_config.json');
  const refuse = (expected: string, got: unknown) =>
    new AttuneError(
      'TOKENIZER_UNSUPPORTED',
      `${where}: ${expected} to read vocab.txt, got ${describe(got)}; use a model with a tokenizer.json, or ${conversionOf('transformers')}`,
    );
  for (const [name, only] of [
    ['word_tokenizer_type', 'basic'],
    ['subword_tokenizer_type', 'wordpiece'],
  ] as const)
    if ((settings[name] ?? only) !== only) throw refuse(`${name} expected ${JSON.stringify(only)}`, settings[name]);
  const { named } = await namedClass(directory, settings);
  const own = className(named);
  if (own !== '' && !bertClasses.includes(own) && !likeBert.includes(own))
    throw refuse('tokenizer_class expected BertTokenizer, or a class like it,', named);
}

/** The command that converts another vocabulary format to `tokenizer.json`. */
export function conversionOf(packages: string): string {
  const code =
    "from transformers import AutoTokenizer as T; T.from_pretrained('.').backend_tokenizer.save('tokenizer.json')";
  return `convert it in that directory with Python: pip install ${packages} && python -c "${code}"`;
}
