import { count, decimal, isNumber, plural, score } from '../format';
import { linesOf } from '../history';
import { fileName, markdownTable, plain } from '../model-card/markdown';
import { hyperparameters, versions } from '../model-card/procedure';
import { type EvalLine, partOf, type RunData } from '../report-data';
import type { MaskedLmRunData, TokenRunData } from './task-run-data';

type CardData<Data> = Data & {
  /** The hub id of the model that was fine-tuned; absent for a new model or one from a directory. */
  readonly baseModel?: string;
};

interface CardTask {
  /** The hub's name of what the model does, and the same for people. */
  readonly pipeline: string;
  readonly name: string;
  readonly figures: readonly {
    readonly type: string;
    readonly name: string;
    readonly value: number | null | undefined;
  }[];
  readonly uses: readonly string[];
  readonly columns: readonly (readonly [head: string, key: keyof EvalLine])[];
  readonly noun: string;
  /** Further sections. */
  readonly more: readonly string[];
}

/** The `README.md` of a tagger. */
export function renderTokenCard(data: CardData<TokenRunData>): string {
  const { f1, precision, recall, accuracy, perEntity, scheme, mode } = data.summary;
  const types = Object.keys(perEntity).map(plain).join(', ');
  const rows = Object.entries(perEntity).map(([type, own]) => [
    plain(type),
    ...[own.precision, own.recall, own.f1].map(score),
    count(own.support),
  ]);
  return card(data, {
    pipeline: 'token-classification',
    name: 'Token Classification',
    figures: [
      { type: 'precision', name: 'Precision', value: precision },
      { type: 'recall', name: 'Recall', value: recall },
      { type: 'f1', name: 'F1', value: f1 },
      { type: 'accuracy', name: 'Accuracy', value: accuracy },
    ],
    uses: [
      `It marks the words of a text as ${types}.`,
      ...(scheme === 'none'
        ? []
        : [`Figures are of whole entities, by ${scheme}, ${mode}: type and both ends have to be right.`]),
      'It was measured on data like its own; on other texts, and other languages, it has to be measured again.',
    ],
    columns: [
      ['Precision', 'precision'],
      ['Recall', 'recall'],
      ['F1', 'f1'],
      ['Accuracy', 'accuracy'],
    ],
    noun: 'sentence',
    more: [`### Results by type\n\n${markdownTable(['Type', 'Precision', 'Recall', 'F1', 'Entities'], rows)}`],
  });
}

/** The `README.md` of a masked language model. */
export function renderMaskedLmCard(data: CardData<MaskedLmRunData>): string {
  const { perplexity, accuracy, chunks, chunkLength } = data.summary;
  return card(data, {
    pipeline: 'fill-mask',
    name: 'Fill Mask',
    figures: [
      { type: 'perplexity', name: 'Perplexity', value: perplexity },
      { type: 'accuracy', name: 'Accuracy of guesses', value: accuracy },
    ],
    uses: [
      'It guesses hidden tokens, and is meant as what a classifier or a tagger of such texts begins from.',
      `It was trained on ${plural(chunks, 'chunk')} of ${count(chunkLength)} tokens, and says what such texts say, their prejudices included.`,
    ],
    columns: [
      ['Perplexity', 'perplexity'],
      ['Accuracy', 'accuracy'],
    ],
    noun: 'text',
    more: [],
  });
}

type AnyData = CardData<Omit<RunData, 'test'>>;

function card(data: AnyData, task: CardTask): string {
  const { title, summary, baseModel } = data;
  const run: RunData = { ...data, test: { texts: [] } };
  const figures = [{ type: 'loss', name: 'Loss', value: summary.loss }, ...task.figures].filter(({ value }) =>
    isNumber(value),
  );
  const origin = baseModel
    ? `[${plain(baseModel)}](https://huggingface.co/${encodeURI(baseModel)}), trained further`
    : 'A model trained';
  const reached = `${origin} with Attune. On its ${plural(summary.testExamples, `${partOf(data)} ${task.noun}`)} it reaches:`;
  const sizes = `${plural(summary.trainExamples, `training ${task.noun}`)}, ${plural(summary.testExamples, `${partOf(data)} ${task.noun}`)}.`;
  const sections = [
    `# ${plain(title)}`,
    `${reached}\n\n${figures.map(({ name, value }) => `- ${name}: ${decimal(value)}`).join('\n')}`,
    `## Intended uses and limitations\n\n${task.uses.join('\n')}`,
    `## Training and evaluation data\n\n${sizes}`,
    `## Training procedure\n\n### Training hyperparameters\n\n${hyperparameters(run)}`,
    `### Training results\n\n${results(run, task)}`,
    ...task.more,
    `### Framework versions\n\n${versions(run)}`,
  ];
  return `${frontMatter(data, task, figures)}\n\n${sections.join('\n\n')}\n`;
}

function results({ history }: RunData, { columns }: CardTask): string {
  const rows = linesOf(history, 'eval').map((line) => [
    score(line.trainLoss),
    decimal(line.epoch),
    count(line.step),
    score(line.loss),
    ...columns.map(([, key]) => score(line[key] as number | null | undefined)),
  ]);
  if (rows.length === 0) return 'Nothing was evaluated while it trained.';
  return markdownTable(['Training loss', 'Epoch', 'Step', 'Validation loss', ...columns.map(([head]) => head)], rows);
}

/** The hub's metadata: YAML whose every string is quoted as JSON quotes it. */
function frontMatter(data: AnyData, { pipeline, name }: CardTask, figures: CardTask['figures']): string {
  const { title, config, baseModel } = data;
  const text = JSON.stringify;
  const modelType = (config.architecture as { modelType?: string } | undefined)?.modelType;
  return [
    '---',
    'library_name: transformers',
    `pipeline_tag: ${pipeline}`,
    'tags:',
    ...['attune', pipeline, ...(modelType ? [modelType] : [])].map((tag) => `- ${text(tag)}`),
    ...(baseModel ? [`base_model: ${text(baseModel)}`] : []),
    'model-index:',
    `- name: ${text(title)}`,
    '  results:',
    '  - task:',
    `      type: ${pipeline}`,
    `      name: ${name}`,
    '    dataset:',
    `      name: ${text(fileName(String(config.data ?? title)))}`,
    '      type: text',
    `      split: ${partOf(data)}`,
    '    metrics:',
    ...figures.flatMap((figure) => [
      `    - type: ${text(figure.type)}`,
      `      name: ${text(figure.name)}`,
      `      value: ${figure.value}`,
    ]),
    '---',
  ].join('\n');
}
