// The Python class that a tokenizer is saved with, and the vocabulary file of that class.
import { isObject } from '@attune/internal';
import type { ModelJson, TokenizerJson } from '../json/tokenizer-json';

/**
 * BERT's class, or that of DistilBERT or MPNet, if it makes the same tokenizer: transformers 5 builds these classes from the vocabulary
 * and ignores the other stages of `tokenizer.json`. Otherwise the class that reads the file as it is.
 */
export function classOf(json: TokenizerJson, modelType: string | undefined): string {
  const { post_processor: postProcessor } = json;
  if (!hasBertStages(json)) return 'PreTrainedTokenizerFast';
  if (postProcessor?.type === 'RobertaProcessing') return 'MPNetTokenizer';
  if (!isBertTemplate(postProcessor)) return 'PreTrainedTokenizerFast';
  return modelType === 'distilbert' ? 'DistilBertTokenizer' : 'BertTokenizer';
}

/** One token per line, if the ids are 0, 1, 2, … of WordPiece; undefined for another vocabulary. */
export function vocabText({ model }: TokenizerJson): string | undefined {
  if (Array.isArray(model.vocab) || (model.type ?? 'WordPiece') !== 'WordPiece') return undefined;
  const entries = Object.entries(model.vocab).sort(([, a], [, b]) => a - b);
  if (entries.some(([token, id], line) => id !== line || /[\r\n]/.test(token))) return undefined;
  return entries.map(([token]) => `${token}\n`).join('');
}

/** WordPiece with `##`, and BERT's normalizer, which removes control characters, and pre-tokenizer. */
function hasBertStages({ model, normalizer, pre_tokenizer: preTokenizer }: TokenizerJson): boolean {
  const {
    type = 'WordPiece',
    continuing_subword_prefix: prefix = '##',
    max_input_chars_per_word: longest = 100,
  } = model as ModelJson & { readonly continuing_subword_prefix?: string; readonly max_input_chars_per_word?: number };
  const { clean_text: cleans = true } = (normalizer ?? {}) as Readonly<Record<string, unknown>>;
  const hasStages = normalizer?.type === 'BertNormalizer' && preTokenizer?.type === 'BertPreTokenizer';
  return type === 'WordPiece' && prefix === '##' && longest === 100 && hasStages && cleans === true;
}

/** `[CLS] A [SEP]`, and for a pair also `B [SEP]` with type 1. */
function isBertTemplate(processor: TokenizerJson['post_processor']): boolean {
  if (processor?.type === 'BertProcessing') return true;
  const { type, single, pair } = (processor ?? {}) as Readonly<Record<string, unknown>>;
  if (type !== 'TemplateProcessing') return false;
  const shapes = [single, pair].map((parts) => (Array.isArray(parts) ? parts.map(shapeOf).join(' ') : ''));
  return shapes[0] === '* A0 *' && shapes[1] === '* A0 * B1 *1';
}

/** `A0` for the first text with type 0, `*` for a special token, `*1` for one with type 1. */
function shapeOf(part: unknown): string {
  if (!isObject(part)) return '';
  const { Sequence: text, SpecialToken: special } = part;
  if (isObject(text)) return `${text.id}${text.type_id}`;
  return isObject(special) ? `*${special.type_id === 0 ? '' : special.type_id}` : '';
}
