// The report and the model card of a causal language model.

import { basename } from 'node:path';
import { html, hyperparameters, passesOf, renderPage, tableSection, trainedLine } from '@attune/report';
import { formatDuration } from '@attune/train';
import type { CausalLmFitResult } from '@attune/train/node';

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

interface Shown extends CausalLmFitResult {
  readonly title: string;
  readonly generatedAt: string;
  /** The hub id of the model that was fine-tuned; absent for a new model or one from a directory. */
  readonly baseModel?: string;
}

const number = (name: string) => ({ name, number: true }) as const;
const shown = (value: unknown) => (typeof value === 'number' ? value.toFixed(4) : '');
const names = Object.keys(causalLmMetrics) as (keyof typeof causalLmMetrics)[];

/** Metrics by name, some of which may be absent. */
export type CausalLmMetrics = Readonly<Partial<Record<keyof typeof causalLmMetrics, number>>>;

/** The metrics that there are: only plain texts have a perplexity without their end tokens. */
export const measuredIn = (metrics: CausalLmMetrics) =>
  names.flatMap((name) => {
    const value = metrics[name];
    return value === undefined ? [] : [{ title: causalLmMetrics[name], value }];
  });

/** Those of an evaluation while it trains. */
const evaluated = names.filter((name) => name !== 'perplexityWithoutEnd');

/** Renders a run of causal language modeling as one HTML page: metrics, evaluations, speed and size. No text is shown. */
export function renderCausalLmReport({ title, generatedAt, summary, history }: Shown): string {
  const result = tableSection({
    ...{ id: 'result', heading: `Result on ${summary.testExamples} ${summary.evaluatedOn} texts` },
    note: 'Over the tokens of the completions. Precision, recall and F1 have a class per token, weighted by its frequency.',
    columns: ['Metric', number('Value')],
    rows: measuredIn(summary).map(({ title, value }) => [title, shown(value)]),
  });
  const evaluations = tableSection({
    ...{ id: 'evaluations', heading: 'While it trained' },
    columns: [
      number('Step'),
      number('Epoch'),
      number('training loss'),
      ...evaluated.map((name) => number(causalLmMetrics[name])),
    ],
    rows: history.flatMap((event) =>
      event.type === 'eval'
        ? [
            [
              `${event.step}`,
              event.epoch.toFixed(2),
              shown(event.trainLoss),
              ...evaluated.map((name) => shown(event[name])),
            ],
          ]
        : [],
    ),
  });
  return renderPage({ title, generatedAt }, [result, evaluations, facts({ summary, history })]);
}

function facts({ summary, history }: Pick<CausalLmFitResult, 'summary' | 'history'>) {
  const { trainExamples, seconds, tokensPerSecond, engine, maxLength } = summary;
  const { parameters, trainableParameters, trainableShare } = summary;
  const count = (value: number) => Math.round(value).toLocaleString('en');
  const share = html`${count(trainableParameters)} of ${count(parameters)} (${(100 * trainableShare).toFixed(2)} %)`;
  return tableSection({
    ...{ id: 'facts', heading: 'Speed and data', columns: ['Fact', number('Value')] },
    rows: [
      ['Training texts', count(trainExamples)],
      ['Maximum tokens per text', count(maxLength)],
      ['Epochs', `${Number(passesOf({ summary, history }).toPrecision(4))}`],
      ['Trained parameters', share],
      ['Training time', formatDuration(seconds)],
      ['Tokens per second (padding not counted)', count(tokensPerSecond)],
      ['Engine', engine],
    ],
  });
}

/** Escapes a name from outside for Markdown. */
const plain = (text: string) => text.replace(/[\\`*_{}[\]<>#|]/g, '\\$&');

/** Renders the `README.md` of a causal language model. */
export function renderCausalLmCard(run: Omit<Shown, 'generatedAt'>): string {
  const { title, summary, config, baseModel } = run;
  const { trainExamples, testExamples, evaluatedOn, trainableShare, maxLength } = summary;
  const origin = baseModel
    ? `[${plain(baseModel)}](https://huggingface.co/${encodeURI(baseModel)}), fine-tuned`
    : 'A model trained';
  const share = trainableShare < 1 ? `, ${(100 * trainableShare).toFixed(2)} % of its parameters` : '';
  const data = plain(basename(String(config.data ?? title)));
  const isMerged = config.mergeAdapter ?? config.quantize === undefined;
  return `${frontMatter(baseModel, isMerged ? 'transformers' : 'peft')}

# ${plain(title)}

${origin} to generate completions${share}. On ${testExamples} ${evaluatedOn} texts:

${measuredIn(summary)
  .map(({ title, value }) => `- ${title}: ${value.toFixed(4)}`)
  .join('\n')}

## Intended uses and limitations

It continues texts like those it was trained on, and repeats their prejudices and errors. Check what it generates.

## Training

${trainExamples} texts of ${data}, at most ${maxLength} tokens each. ${trainedLine(run)} Attune ${config.attune}.

### Training hyperparameters

${hyperparameters(run)}
`;
}

/** The hub's metadata: YAML whose every string is quoted as JSON quotes it. */
function frontMatter(baseModel: string | undefined, library: 'transformers' | 'peft'): string {
  const base = baseModel ? [`base_model: ${JSON.stringify(baseModel)}`] : [];
  const tags = ['tags:', '- "attune"', '- "text-generation"'];
  return ['---', `library_name: ${library}`, 'pipeline_tag: text-generation', ...tags, ...base, '---'].join('\n');
}
