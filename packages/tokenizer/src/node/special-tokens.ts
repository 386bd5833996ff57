// Default special tokens of a tokenizer class, for directories that name none, such as those of roberta-base and xlm-roberta-base.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, parseJson } from '@attune/internal';
import type { SpecialTokens } from '../tokenizer';

const fairseq: Partial<SpecialTokens> = {
  padToken: '<pad>',
  unkToken: '<unk>',
  clsToken: '<s>',
  sepToken: '</s>',
  maskToken: '<mask>',
};

/** By `model_type`; other models have BERT's. */
const byModelType: Readonly<Record<string, Partial<SpecialTokens>>> = {
  roberta: fairseq,
  'xlm-roberta': fairseq,
  camembert: fairseq,
  mpnet: { ...fairseq, unkToken: '[UNK]' },
  albert: { padToken: '<pad>', unkToken: '<unk>' },
};

/** Special tokens of the class in `tokenizer_config.json`, otherwise of the model type in `config.json`. */
export async function classSpecialTokens(
  directory: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<Partial<SpecialTokens>> {
  const type = await tokenizerType(directory, settings);
  return type === undefined ? {} : byModelType[type];
}

/** Model type whose special tokens the directory's tokenizer has; undefined for BERT's. */
export async function tokenizerType(
  directory: string,
  { tokenizer_class: named }: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const modelTypes = Object.keys(byModelType);
  if (typeof named === 'string') return modelTypes.find((each) => isClassOf(each, named));
  const { model_type: type } = await readConfig(directory);
  return modelTypes.find((each) => each === type);
}

/** A class without `Tokenizer` and `TokenizerFast`; empty for none. */
export const className = (named: unknown): string =>
  typeof named === 'string' ? named.replace(/Tokenizer(?:Fast)?$/, '') : '';

/** Whether a class, such as `XLMRobertaTokenizerFast`, belongs to a `model_type`. */
function isClassOf(modelType: string, name: string): boolean {
  return className(name).toLowerCase() === modelType.replaceAll('-', '');
}

/** The fields of a directory's `config.json`; empty if it cannot be read. */
export async function readConfig(directory: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const config = parseJson(await readFile(join(directory, 'config.json'), 'utf8'));
    return isObject(config) ? config : {};
  } catch {
    return {};
  }
}
