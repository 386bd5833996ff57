// The model card, `README.md`: the hub's metadata, then the same chapters for every kind of model.
import { linesOf } from '../charts/history';
import { count, isNumber, plural } from '../page/format';
import { type EvalLine, partOf, type RunData } from '../run-data';
import { hyperparameters, trainedLine } from './hyperparameters';
import { fileName, markdownTable, plain } from './markdown';

/** The origin of a model. */
export interface CardOrigin {
  /** The hub id of the base model; absent for a new model or one from a directory. */
  readonly baseModel?: string;
}

export interface CardMetric {
  /** Name on the hub. */
  readonly type: string;
  readonly name: string;
  readonly value: number | null | undefined;
}

/** A column of the results by epoch. */
export type ResultColumn = readonly [head: string, key: keyof EvalLine];

/** The content of a card. */
export interface Card {
  /** The hub's name of the task, and its title. */
  readonly pipeline: string;
  readonly task: string;
  /** The hub's names of the metrics, where they are listed. */
  readonly hubMetrics?: readonly string[];
  /** The metrics of the hub's metadata; those without a value are left out. */
  readonly metrics: readonly CardMetric[];
  /** Beginning of the first sentence: after the base model, and without one. */
  readonly origin: { readonly fromBase: string; readonly fromNothing: string };
  /** One example, `text` or `sentence`. */
  readonly noun: string;
  /** Results, line by line. */
  readonly results: readonly string[];
  readonly uses: readonly string[];
  /** End of the sentence about the sizes of the data, and further lines. */
  readonly classes?: string;
  readonly dataOptions?: readonly string[];
  readonly columns: readonly ResultColumn[];
  /** Number formats of the results by epoch. */
  readonly formats: {
    readonly value: (value: number | null | undefined) => string;
    readonly epoch: (epoch: number) => string;
  };
  /** Further chapters. */
  readonly more: readonly string[];
}

type CardData = Omit<RunData, 'test'> & CardOrigin;

/** The card as Markdown. */
export function renderCard(data: CardData, card: Card): string {
  const { summary } = data;
  const { noun, classes = '', dataOptions = [] } = card;
  const examples = plural(summary.testExamples, `${partOf(data)} ${noun}`);
  const sizes = `${plural(summary.trainExamples, `training ${noun}`)}, ${examples}${classes}.`;
  const sections = [
    `# ${plain(data.title)}`,
    `${origin(data, card)} with Attune. Results on its ${examples}:`,
    card.results.map((line) => `- ${line}`).join('\n'),
    `## Intended uses and limitations\n\n${card.uses.join('\n')}`,
    `## Training and evaluation data\n\n${[sizes, ...(dataOptions.length > 0 ? ['', ...dataOptions] : [])].join('\n')}`,
    `## Training procedure\n\n${trainedLine(data)}\n\n### Training hyperparameters\n\n${hyperparameters(data)}`,
    `### Training results\n\n${resultsByEpoch(data, card)}`,
    ...card.more,
    `### Framework versions\n\n${versions(data)}`,
  ];
  return `${frontMatter(data, card)}\n\n${sections.join('\n\n')}\n`;
}

/** Metadata for the hub: YAML with strings quoted as in JSON, which is valid YAML. */
function frontMatter({ title, summary, config, baseModel }: CardData, card: Card): string {
  const { pipeline, task, hubMetrics, metrics } = card;
  const text = JSON.stringify;
  const modelType = (config.architecture as { modelType?: string } | undefined)?.modelType;
  return [
    '---',
    'library_name: transformers',
    `pipeline_tag: ${pipeline}`,
    'tags:',
    ...['attune', pipeline, ...(modelType ? [modelType] : [])].map((tag) => `- ${text(tag)}`),
    ...(baseModel ? [`base_model: ${text(baseModel)}`] : []),
    ...(hubMetrics ? ['metrics:', ...hubMetrics.map((name) => `- ${name}`)] : []),
    'model-index:',
    `- name: ${text(title)}`,
    '  results:',
    '  - task:',
    `      type: ${pipeline}`,
    `      name: ${task}`,
    '    dataset:',
    `      name: ${text(fileName(String(config.data ?? title)))}`,
    '      type: text',
    `      split: ${partOf({ summary })}`,
    '    metrics:',
    ...metrics
      .filter(({ value }) => isNumber(value))
      .flatMap(({ type, name, value }) => [
        `    - type: ${text(type)}`,
        `      name: ${text(name)}`,
        `      value: ${value}`,
      ]),
    '---',
  ].join('\n');
}

function origin({ baseModel }: CardData, { origin: { fromBase, fromNothing } }: Card): string {
  if (!baseModel) return fromNothing;
  return `[${plain(baseModel)}](https://huggingface.co/${encodeURI(baseModel)}), ${fromBase}`;
}

function resultsByEpoch({ history }: CardData, { columns, formats: { value, epoch } }: Card): string {
  const rows = linesOf(history, 'eval').map((line) => [
    value(line.trainLoss),
    epoch(line.epoch),
    count(line.step),
    value(line.loss),
    ...columns.map(([, key]) => value(line[key] as number | null | undefined)),
  ]);
  if (rows.length === 0) return 'No evaluation was run during training.';
  return markdownTable(['Training loss', 'Epoch', 'Step', 'Validation loss', ...columns.map(([head]) => head)], rows);
}

function versions({ config, summary }: CardData): string {
  const known = [
    ['Attune', config.attune],
    ['Node', config.node],
    ['Engine', summary.engine],
  ].filter(([, version]) => version !== undefined);
  return known.map(([name, version]) => `- ${name}: ${plain(String(version))}`).join('\n');
}
