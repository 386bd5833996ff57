import { isObject } from '@attune/internal';
import { type Tokenizer, type TokenizerJson, tokenizerFromJson } from '@attune/tokenizer';

// Tokenizers that differ from a model's in one setting.

/**
 * The tokenizer for texts that are split into words: a byte-level one adds a space before each word, as in the text. RoBERTa's adds
 * none before a text, and would read every word as the beginning of a text.
 *
 * @see transformers' run_ner.py, which sets `add_prefix_space` for these tokenizers
 */
export function forWords(tokenizer: Tokenizer): Tokenizer {
  const json = tokenizer.toJson();
  const stages = { pre_tokenizer: spaced(json.pre_tokenizer), post_processor: spaced(json.post_processor) };
  if (stages.pre_tokenizer === json.pre_tokenizer) return tokenizer;
  return remade(tokenizer, { ...json, ...stages } as TokenizerJson);
}

/** A stage with `add_prefix_space` true wherever it is false; unchanged where it never is. */
function spaced(stage: unknown): unknown {
  if (!isObject(stage)) return stage;
  if (stage.add_prefix_space === false && stage.type !== 'Metaspace') return { ...stage, add_prefix_space: true };
  for (const field of ['pretokenizers', 'processors']) {
    const inner = stage[field];
    if (!Array.isArray(inner)) continue;
    const changed = inner.map(spaced);
    if (changed.some((own, i) => own !== inner[i])) return { ...stage, [field]: changed };
  }
  return stage;
}

/** A tokenizer of another `tokenizer.json`, with the remaining special tokens of the original, and its length. */
export function remade(tokenizer: Tokenizer, json: TokenizerJson): Tokenizer {
  const { padId, unkId, clsId, sepId, maskId, modelMaxLength, truncationSide } = tokenizer;
  const roles = { padToken: padId, unkToken: unkId, clsToken: clsId, sepToken: sepId, maskToken: maskId };
  const known = tokenizerFromJson(json);
  const named = Object.entries(roles).flatMap(([role, id]) => {
    const token = id === undefined ? undefined : tokenizer.idToToken(id);
    return token === undefined || known.tokenToId(token) === undefined ? [] : [[role, token]];
  });
  return tokenizerFromJson(json, { specialTokens: Object.fromEntries(named), modelMaxLength, truncationSide });
}
