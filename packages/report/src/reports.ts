// The report and the model card of a classifier or a regression. Their parts depend on the kind of problem.
import { didYouMeanOption } from '@attune/internal';
import { type CardOrigin, renderCard } from './card/card';
import { namedLabel } from './card/class-scores';
import { fileName, plain } from './card/markdown';
import { decisionChapter } from './decision';
import { multiLabel } from './kinds/multi-label';
import type { MultiLabelReportData } from './kinds/multi-label-data';
import type { ProblemKind } from './kinds/problem-kind';
import { type RegressionReportData, regression } from './kinds/regression';
import { singleLabel } from './kinds/single-label';
import type { ReportData } from './kinds/single-label-data';
import { count, decimal, isNumber, score } from './page/format';
import { renderPage } from './page/page';
import { partOf } from './run-data';
import { sideBySideSection, studentChapter } from './sections/side-by-side';

/** The data of a report, of any kind of problem. */
export type AnyReportData = ReportData | MultiLabelReportData | RegressionReportData;

/** The kinds of problems that have a report. */
export type ReportedProblem = NonNullable<AnyReportData['problemType']>;

/** The data of a report, and of its model card. */
export interface ModelCardData extends ReportData, CardOrigin {}

/** The data of a model card, of any kind of problem. */
export type AnyModelCardData =
  | ModelCardData
  | (MultiLabelReportData & CardOrigin)
  | (RegressionReportData & CardOrigin);

const kinds: Readonly<Record<ReportedProblem, unknown>> = {
  single_label_classification: singleLabel,
  multi_label_classification: multiLabel,
  regression,
};

/** The kind of the data, by default single-label classification; throws RangeError for a `problemType` that has no report. */
function kindOf(where: string, data: AnyReportData): ProblemKind<AnyReportData> {
  const problemType = data.problemType ?? 'single_label_classification';
  if (Object.hasOwn(kinds, problemType)) return kinds[problemType] as ProblemKind<AnyReportData>;
  const names = Object.keys(kinds);
  const got = `${JSON.stringify(problemType)}${didYouMeanOption(String(problemType), names)}`;
  throw new RangeError(`${where}: problemType expected one of ${names.join(', ')}, got ${got}`);
}

/**
 * Renders a run as one self-contained HTML page, with inline style, drawings and a short script; its content security policy allows nothing
 * else. The same data always gives the same page.
 *
 * The problem is single-label (two or more classes), multi-label or regression, by `problemType`.
 * @throws RangeError for an unknown `problemType`, and when there is no test text, the columns of `test` differ in length, or a class id is not
 * one of `labels`.
 * @example
 * const page = renderReport({ title: 'Sectors', config, history, summary, labels, test, generatedAt: '2026-01-31' });
 */
export function renderReport(data: AnyReportData): string {
  const { check, sections, card } = kindOf('renderReport', data);
  check(data);
  const [headline, ...others] = sections.map((section) => section(data));
  const beside = sideBySideSection(data.summary, card.sideBySide);
  return renderPage({ title: data.title, generatedAt: data.generatedAt }, [headline, beside, ...others]);
}

/**
 * Renders the model card, `README.md`, of a trained classifier or regression: the Hugging Face hub's metadata, then intended uses,
 * data, training procedure, results by epoch and by class, and known bias.
 *
 * @throws RangeError as `renderReport`.
 * @example renderModelCard({ ...reportData, baseModel: 'google-bert/bert-base-cased' })
 * @see https://huggingface.co/docs/hub/model-cards
 */
export function renderModelCard(data: AnyModelCardData): string {
  const kind = kindOf('renderModelCard', data);
  kind.check(data);
  const { card } = kind;
  return renderCard(data, {
    pipeline: 'text-classification',
    task: 'Text Classification',
    hubMetrics: card.hubMetrics,
    metrics: [...card.metrics(data), { type: 'loss', name: 'Loss', value: data.summary.loss }],
    origin: { fromBase: 'fine-tuned', fromNothing: `${card.what}, trained` },
    noun: 'text',
    results: [`Loss: ${score(data.summary.loss)}`, ...card.lines(data)],
    uses: [...card.answers(data), ...limits(data)],
    classes: card.classes(data),
    dataOptions: dataOptions(data),
    columns: card.columns,
    formats: {
      value: (value) => (isNumber(value) && Math.abs(value) >= 10 ? decimal(value) : score(value)),
      epoch: String,
    },
    more: [
      ...studentChapter(data, card.sideBySide),
      ...decisionChapters(data),
      ...(card.byClass ? [`### Results by class\n\n${card.byClass(data)}`] : []),
      `## Bias\n\n${[...card.bias(data), 'Differences between groups of people were not measured. Measure them before using the model on texts about people.'].join('\n')}`,
    ],
  });
}

function decisionChapters(data: AnyReportData): string[] {
  if (data.problemType === 'regression') return [];
  const chapter = decisionChapter(data.summary, (label) => namedLabel(data, label));
  return chapter ? [chapter] : [];
}

function limits(data: AnyReportData): string[] {
  const maxLength = (data.config.arguments as { maxLength?: number } | undefined)?.maxLength;
  return [
    ...(maxLength ? [`It reads the first ${count(maxLength)} tokens of a text.`] : []),
    `It was measured on data like its training data (the ${partOf(data)} part); measure it again on other data.`,
  ];
}

function dataOptions({ config }: AnyReportData): string[] {
  return ['data', 'text', 'textPair', 'label', 'split', 'groupBy', 'evalData', 'testData']
    .filter((name) => config[name] !== undefined)
    .map((name) => `- ${name}: ${plain(/data$/i.test(name) ? fileName(String(config[name])) : String(config[name]))}`);
}
