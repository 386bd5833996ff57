// The model card of a causal language model.
import type { CardOrigin } from '../card/card';
import { hyperparameters, trainedLine } from '../card/hyperparameters';
import { fileName, plain } from '../card/markdown';
import { loss } from '../page/format';
import { partOf } from '../run-data';
import type { CausalLmRunData } from './causal-lm';

/** Titles of the metrics of causal language modeling, as `summary.json` and `attune eval` name them. */
export const causalLmMetrics = {
  loss: 'loss',
  perplexity: 'perplexity',
  perplexityWithoutEnd: 'perplexity without end tokens',
  accuracy: 'accuracy of next tokens',
  weightedPrecision: 'weighted precision',
  weightedRecall: 'weighted recall',
  weightedF1: 'weighted F1',
} as const;

/** Metrics by name, some of which may be absent. */
export type CausalLmMetrics = Readonly<Partial<Record<keyof typeof causalLmMetrics, number | null>>>;

/** The available metrics, with their titles; only plain texts have a perplexity without end tokens. */
export const causalLmMetricsIn = (metrics: CausalLmMetrics) =>
  (Object.keys(causalLmMetrics) as (keyof typeof causalLmMetrics)[]).flatMap((name) => {
    const value = metrics[name];
    return typeof value === 'number' ? [{ title: causalLmMetrics[name], value }] : [];
  });

/**
 * Renders the model card, `README.md`, of a causal language model.
 *
 * @example renderCausalLmCard({ title: 'Skills', config, history, summary, generatedAt: '2026-01-31', baseModel: 'ada/llama' })
 */
export function renderCausalLmCard(run: CausalLmRunData & CardOrigin): string {
  const { title, summary, config, baseModel } = run;
  const { trainExamples, testExamples, trainableShare, maxLength } = summary;
  const evaluatedOn = partOf(run);
  const origin = baseModel
    ? `[${plain(baseModel)}](https://huggingface.co/${encodeURI(baseModel)}), fine-tuned`
    : 'A model trained';
  const share = trainableShare < 1 ? `, ${(100 * trainableShare).toFixed(2)} % of its parameters` : '';
  const data = plain(fileName(String(config.data ?? title)));
  const isMerged = config.mergeAdapter ?? config.quantize === undefined;
  return `${frontMatter(baseModel, isMerged ? 'transformers' : 'peft')}

# ${plain(title)}

${origin} to generate completions${share}. On ${testExamples} ${evaluatedOn} texts:

${causalLmMetricsIn(summary)
  .map(({ title, value }) => `- ${title}: ${loss(value)}`)
  .join('\n')}

## Intended uses and limitations

It continues texts like those it was trained on, and repeats their biases and errors. Check the generated text.

## Training

${trainExamples} texts of ${data}, at most ${maxLength} tokens each. ${trainedLine(run)} Attune ${config.attune}.

### Training hyperparameters

${hyperparameters(run)}
`;
}

/** Metadata for the hub: YAML with strings quoted as in JSON. */
function frontMatter(baseModel: string | undefined, library: 'transformers' | 'peft'): string {
  const base = baseModel ? [`base_model: ${JSON.stringify(baseModel)}`] : [];
  const tags = ['tags:', '- "attune"', '- "text-generation"'];
  return ['---', `library_name: ${library}`, 'pipeline_tag: text-generation', ...tags, ...base, '---'].join('\n');
}
