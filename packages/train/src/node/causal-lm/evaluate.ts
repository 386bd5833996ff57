import { openEngine } from '@attune/engine/node';
import { AttuneError } from '@attune/internal';
import type { PromptedText, TruncationMode } from '../../tasks/causal-lm/examples';
import { causalLmTask } from '../../tasks/causal-lm/task';
import { checkPrompted } from '../border/data';
import { checkLoading, evaluateCausalLmTable } from '../border/load-tables';
import { evaluateModel } from '../model/finished-model';
import { trainedConfig } from '../model/load';
import { type LengthLimits, usualMaxLength } from '../model/max-length';
import { endTokenOf } from './files';
import type { CausalLmMetrics } from './fit';
import { loadCausalLm } from './load';
import type { EvaluateCausalLmOptions, LoadCausalLmOptions } from './options';
import { arePlain, encodePart } from './parts';

/** The result of `evaluateCausalLm`. */
export type CausalLmEvaluation = CausalLmMetrics & {
  /** Number of measured texts. */
  readonly examples: number;
};

interface Trained {
  readonly truncationMode?: TruncationMode;
  readonly arguments?: { readonly maxLength?: number };
}

/**
 * Measures a causal LM on texts, or on completions after their prompts; before or after training.
 *
 * @throws AttuneError as `loadGenerator`; ARGUMENT_INVALID for a `maxLength` beyond the model's positions, DATA_EMPTY where no text has a token to measure
 * @example
 * const { perplexity } = await evaluateCausalLm('runs/skills', [{ prompt: '### Skills:', completion: ' ["Java"]' }]);
 */
export async function evaluateCausalLm(
  source: string,
  texts: readonly (PromptedText | string)[],
  options: EvaluateCausalLmOptions = {},
): Promise<CausalLmEvaluation> {
  checkLoading('evaluateCausalLm', source, options, evaluateCausalLmTable);
  checkPrompted('evaluateCausalLm', 'texts', texts);
  const { batchSize = 16, onNote = () => {} } = options;
  const loaded = await loadCausalLm(source, loadOptions(options));
  const { model, tokenizer } = loaded;
  const trained = (await trainedConfig(source)) as Trained;
  const mode = options.truncationMode ?? trained.truncationMode ?? 'keep_completion';
  const maxLength = checkedLength(options.maxLength ?? trained.arguments?.maxLength, {
    config: model.config,
    tokenizer,
  });
  const endTokenId = await endTokenOf(loaded);
  const { data, cuts } = encodePart('given', texts, { tokenizer, endTokenId, maxLength, mode });
  if (cuts.length > 0) onNote(cuts.join('; '));
  const engine = options.engine ?? (await openEngine());
  try {
    const task = causalLmTask({ endTokenId: arePlain(texts) ? endTokenId : undefined });
    const settings = { engine, task, batchSize, seed: 0 };
    const metrics = await evaluateModel(loaded, data, settings);
    return { ...(metrics as CausalLmMetrics), examples: data.sequences.length };
  } finally {
    if (!options.engine) await engine.close();
  }
}

const loadOptions = ({
  revision,
  onProgress,
  onNote,
  adapter,
  base,
  quantize,
}: LoadCausalLmOptions): LoadCausalLmOptions => ({
  revision,
  onProgress,
  onNote,
  adapter,
  base,
  quantize,
});

function checkedLength(maxLength: number | undefined, limits: LengthLimits): number {
  const { maxPositions } = limits.config;
  const length = maxLength ?? usualMaxLength(limits);
  if (Number.isInteger(length) && length >= 2 && length <= maxPositions) return length;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `maxLength: expected an integer from 2 to ${maxPositions}, the model's positions, got ${length}`,
  );
}
