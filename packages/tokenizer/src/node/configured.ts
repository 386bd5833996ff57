// A tokenizer.json with the settings of the other files in its directory, as transformers applies them.
import { isObject } from '@attune/internal';
import type { AddedTokenJson, TokenizerJson } from '../json/tokenizer-json';
import { namedTokens } from './named-tokens';
import { className } from './special-tokens';
import { bertClasses } from './tokenizer-class';

type Settings = Readonly<Record<string, unknown>>;

/**
 * Adds the tokens that only `tokenizer_config.json` and older files name, and sets what they say of the class's normalizer and
 * pre-tokenizer. Returns the same object where nothing differs; a damaged file is left for its reader to refuse.
 */
export function configured(json: object, settings: Settings): object {
  const { model, added_tokens: added = [], normalizer, pre_tokenizer, post_processor } = json as Partial<TokenizerJson>;
  if (!isObject(model) || !Array.isArray(added)) return json;
  const tokens = namedTokens({ idsOf: () => idsOf(model, added), added, settings });
  const changed = {
    ...(tokens !== added && { added_tokens: tokens }),
    ...bertNormalizer(normalizer, settings),
    ...prefixSpace('pre_tokenizer', pre_tokenizer, settings),
    ...prefixSpace('post_processor', post_processor, settings),
  };
  return Object.keys(changed).length === 0 ? json : { ...json, ...changed };
}

/** The id of every token. */
function idsOf({ vocab }: Settings, added: readonly AddedTokenJson[]): Map<string, number> {
  const tokens = Array.isArray(vocab)
    ? vocab.map((entry, id): [string, number] => [String(entry?.[0]), id])
    : Object.entries((vocab ?? {}) as Record<string, number>);
  return new Map([...tokens, ...added.map(({ content, id }): [string, number] => [content, id])]);
}

/** Fields of `BertNormalizer`, by their names in `tokenizer_config.json`, and BERT's defaults. */
const normalizerFields = [
  ['do_lower_case', 'lowercase', true],
  ['strip_accents', 'strip_accents', null],
  ['tokenize_chinese_chars', 'handle_chinese_chars', true],
] as const;

/** BERT's classes set these fields, MPNet's only the first two; others leave the file's as they are. */
function bertNormalizer(normalizer: unknown, settings: Settings): { normalizer?: TokenizerJson['normalizer'] } {
  const name = className(settings.tokenizer_class);
  const fields = name === 'MPNet' ? normalizerFields.slice(0, 2) : bertClasses.includes(name) ? normalizerFields : [];
  if (!isObject(normalizer) || normalizer.type !== 'BertNormalizer') return {};
  const own = Object.fromEntries(fields.map(([setting, field, usual]) => [field, settings[setting] ?? usual]));
  const differs = Object.entries(own).some(([field, value]) => (normalizer[field] ?? null) !== value);
  return differs ? { normalizer: { ...normalizer, ...own } as TokenizerJson['normalizer'] } : {};
}

/** Classes for which a missing `add_prefix_space` is false. */
const unprefixed = ['Roberta', 'Longformer', 'Bart', 'GPT2'];

/** `add_prefix_space` of a byte-level stage. */
function prefixSpace(name: string, stage: unknown, settings: Settings): object {
  const prefixed =
    settings.add_prefix_space ?? (unprefixed.includes(className(settings.tokenizer_class)) ? false : undefined);
  if (typeof prefixed !== 'boolean' || !isObject(stage) || typeof stage.add_prefix_space !== 'boolean') return {};
  const isByteLevel = stage.type === 'ByteLevel' || stage.type === 'RobertaProcessing';
  return isByteLevel && stage.add_prefix_space !== prefixed ? { [name]: { ...stage, add_prefix_space: prefixed } } : {};
}
