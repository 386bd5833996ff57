import { count, decimal, isNumber, plural, score } from '../format';
import { linesOf } from '../history';
import { kindOf } from '../kinds';
import {
  type AnyReportData,
  type MultiLabelReportData,
  partOf,
  type RegressionReportData,
  type ReportData,
  type ReportDataOf,
} from '../report-data';
import type { CardKind } from './card-kind';
import { frontMatter } from './front-matter';
import { multiLabelCard } from './kinds/multi-label';
import { regressionCard } from './kinds/regression';
import { singleLabelCard } from './kinds/single-label';
import { fileName, markdownTable, plain } from './markdown';
import { hyperparameters, versions } from './procedure';

interface CardOrigin {
  /** The hub id of the model that was fine-tuned; absent for a new model or one from a directory. */
  baseModel?: string;
}

/** What a model card says besides the report's data. */
export interface ModelCardData extends ReportData, CardOrigin {}

/** The same of any kind of problem. */
export type AnyModelCardData =
  | ModelCardData
  | (MultiLabelReportData & CardOrigin)
  | (RegressionReportData & CardOrigin);

const kinds: { readonly [P in keyof ReportDataOf]: CardKind<ReportDataOf[P]> } = {
  single_label_classification: singleLabelCard,
  multi_label_classification: multiLabelCard,
  regression: regressionCard,
};

/**
 * The `README.md` of a trained classifier or regression: the Hugging Face hub's metadata, then what it is for, what it was
 * trained on and how, its results by epoch and by class, and what is known of its bias.
 *
 * Throws RangeError when the parts of the data do not fit together.
 * @see https://huggingface.co/docs/hub/model-cards
 */
export function renderModelCard(data: AnyModelCardData): string {
  kindOf(data).check(data);
  const kind = kinds[data.problemType ?? 'single_label_classification'] as CardKind<AnyReportData>;
  const sections = [
    `# ${plain(data.title)}`,
    introduction(data, kind),
    `## Intended uses and limitations\n\n${limits(data, kind)}`,
    `## Training and evaluation data\n\n${dataSection(data, kind)}`,
    `## Training procedure\n\n### Training hyperparameters\n\n${hyperparameters(data)}`,
    `### Training results\n\n${results(data, kind)}`,
    ...(kind.byClass ? [`### Results by class\n\n${kind.byClass(data)}`] : []),
    `## Bias\n\n${bias(data, kind)}`,
    `### Framework versions\n\n${versions(data)}`,
  ];
  return `${frontMatter(data, kind)}\n\n${sections.join('\n\n')}\n`;
}

type Kind = CardKind<AnyReportData>;

function introduction(data: AnyModelCardData, kind: Kind): string {
  const { summary, baseModel } = data;
  const origin = baseModel
    ? `[${plain(baseModel)}](https://huggingface.co/${encodeURI(baseModel)}), fine-tuned`
    : `${kind.what}, trained`;
  const figures = [`Loss: ${score(summary.loss)}`, ...kind.lines(data)];
  const intro = `${origin} with Attune. On its ${plural(summary.testExamples, `${partOf(data)} text`)} it reaches:`;
  return `${intro}\n\n${figures.map((line) => `- ${line}`).join('\n')}`;
}

function limits(data: AnyReportData, kind: Kind): string {
  const maxLength = (data.config.arguments as { maxLength?: number } | undefined)?.maxLength;
  return [
    ...kind.answers(data),
    ...(maxLength ? [`Of a longer text it reads the first ${count(maxLength)} tokens.`] : []),
    `Its figures are of data like its own (${partOf(data)} part); on other data they have to be measured again.`,
  ].join('\n');
}

function dataSection(data: AnyReportData, kind: Kind): string {
  const { summary, config } = data;
  const sizes = `${plural(summary.trainExamples, 'training text')}, ${plural(summary.testExamples, `${partOf(data)} text`)}`;
  const told = ['data', 'text', 'textPair', 'label', 'split', 'groupBy', 'evalData', 'testData']
    .filter((name) => config[name] !== undefined)
    .map((name) => `- ${name}: ${plain(/data$/i.test(name) ? fileName(String(config[name])) : String(config[name]))}`);
  return [`${sizes}${kind.classes(data)}.`, ...(told.length > 0 ? ['', ...told] : [])].join('\n');
}

function results({ history }: AnyReportData, { columns }: Kind): string {
  const shown = (value: unknown) =>
    isNumber(value) && Math.abs(value) >= 10 ? decimal(value) : score(value as number);
  const rows = linesOf(history, 'eval').map((line) => [
    shown(line.trainLoss),
    String(line.epoch),
    count(line.step),
    shown(line.loss),
    ...columns.map(([, key]) => shown(line[key])),
  ]);
  if (rows.length === 0) return 'Nothing was evaluated while it trained.';
  return markdownTable(['Training loss', 'Epoch', 'Step', 'Validation loss', ...columns.map(([head]) => head)], rows);
}

function bias(data: AnyReportData, kind: Kind): string {
  return [
    ...kind.bias(data),
    'Nothing was measured about groups of people: whoever uses it on texts about people has to.',
  ].join('\n');
}
