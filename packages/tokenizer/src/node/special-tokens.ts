// Special tokens that a class of tokenizer has where the files name none, as those of roberta-base and xlm-roberta-base.
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

/** The special tokens of the class that `tokenizer_config.json` names, or else of the model that `config.json` does. */
export async function classSpecialTokens(
  directory: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<Partial<SpecialTokens>> {
  const type = await tokenizerType(directory, settings);
  return type === undefined ? {} : byModelType[type];
}

/** The `model_type` whose special tokens a directory's tokenizer has; undefined where they are BERT's. */
export async function tokenizerType(
  directory: string,
  { tokenizer_class: named }: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const modelTypes = Object.keys(byModelType);
  if (typeof named === 'string') return modelTypes.find((each) => isClassOf(each, named));
  const { model_type: type } = await readConfig(directory);
  return modelTypes.find((each) => each === type);
}

/** Whether a class, such as `XLMRobertaTokenizerFast`, is that of a `model_type`. */
function isClassOf(modelType: string, name: string): boolean {
  return name.replace(/Tokenizer(?:Fast)?$/, '').toLowerCase() === modelType.replaceAll('-', '');
}

/** The fields of a directory's `config.json`, none if it cannot be read. */
export async function readConfig(directory: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const config = parseJson(await readFile(join(directory, 'config.json'), 'utf8'));
    return isObject(config) ? config : {};
  } catch {
    return {};
  }
}
