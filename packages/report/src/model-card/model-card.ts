import { classificationReport } from '@attune/metrics';
import { count, percent, plural, score } from '../format';
import { linesOf } from '../history';
import { checkReportData, partOf, type ReportData } from '../report-data';
import { frontMatter } from './front-matter';
import { fileName, markdownTable, plain } from './markdown';
import { hyperparameters, versions } from './procedure';

/** What a model card says besides the report's data. */
export interface ModelCardData extends ReportData {
  /** The hub id of the model that was fine-tuned; absent for a new model or one from a directory. */
  baseModel?: string;
}

/**
 * The `README.md` of a trained classifier: the Hugging Face hub's metadata, then what it is for, what it was trained on and
 * how, its results by epoch and by class, and what is known of its bias.
 *
 * Throws RangeError when the parts of the data do not fit together.
 * @see https://huggingface.co/docs/hub/model-cards
 */
export function renderModelCard(data: ModelCardData): string {
  checkReportData(data);
  const sections = [
    `# ${plain(data.title)}`,
    introduction(data),
    `## Intended uses and limitations\n\n${limits(data)}`,
    `## Training and evaluation data\n\n${dataSection(data)}`,
    `## Training procedure\n\n### Training hyperparameters\n\n${hyperparameters(data)}`,
    `### Training results\n\n${results(data)}`,
    `### Results by class\n\n${byClass(data)}`,
    `## Bias\n\n${bias(data)}`,
    `### Framework versions\n\n${versions(data)}`,
  ];
  return `${frontMatter(data)}\n\n${sections.join('\n\n')}\n`;
}

const named = ({ labelNames }: ReportData, label: string) =>
  plain(labelNames?.[label] ? `${label} (${labelNames[label]})` : label);

function introduction(data: ModelCardData): string {
  const { summary, baseModel } = data;
  const origin = baseModel
    ? `[${plain(baseModel)}](https://huggingface.co/${encodeURI(baseModel)}), fine-tuned`
    : 'A text classifier, trained';
  const baseline = summary.baseline
    ? [
        `Baseline (TF-IDF and logistic regression): accuracy ${score(summary.baseline.accuracy)}, macro-F1 ${score(summary.baseline.macroF1)}`,
      ]
    : [];
  const figures = [
    `Loss: ${score(summary.loss)}`,
    `Accuracy: ${score(summary.accuracy)}`,
    `Macro-F1: ${score(summary.macroF1)}`,
    ...baseline,
  ];
  const intro = `${origin} with Attune. On its ${plural(summary.testExamples, `${partOf(data)} text`)} it reaches:`;
  return `${intro}\n\n${figures.map((line) => `- ${line}`).join('\n')}`;
}

function limits(data: ReportData): string {
  const maxLength = (data.config.arguments as { maxLength?: number } | undefined)?.maxLength;
  const labels = data.labels.map((label) => named(data, label)).join(', ');
  return [
    `It gives a text one of ${count(data.labels.length)} labels: ${labels}.`,
    'It always answers with one of them, also for a text that fits none, in another language, or unlike its training texts.',
    ...(maxLength ? [`Of a longer text it reads the first ${count(maxLength)} tokens.`] : []),
    `Its figures are of data like its own (${partOf(data)} part); on other data they have to be measured again.`,
  ].join('\n');
}

function dataSection({ summary, config, ...rest }: ReportData): string {
  const sizes = `${plural(summary.trainExamples, 'training text')}, ${plural(summary.testExamples, `${partOf({ summary })} text`)}`;
  const told = ['data', 'text', 'label', 'split', 'groupBy', 'evalData', 'testData']
    .filter((name) => config[name] !== undefined)
    .map((name) => `- ${name}: ${plain(/data$/i.test(name) ? fileName(String(config[name])) : String(config[name]))}`);
  return [
    `${sizes}, ${plural(rest.labels.length, 'class', 'classes')}.`,
    ...(told.length > 0 ? ['', ...told] : []),
  ].join('\n');
}

function results({ history }: ReportData): string {
  const rows = linesOf(history, 'eval').map(({ epoch, step, trainLoss, loss, accuracy, macroF1 }) => [
    score(trainLoss),
    String(epoch),
    count(step),
    score(loss),
    score(accuracy),
    score(macroF1),
  ]);
  if (rows.length === 0) return 'Nothing was evaluated while it trained.';
  return markdownTable(['Training loss', 'Epoch', 'Step', 'Validation loss', 'Accuracy', 'Macro-F1'], rows);
}

function scoresByClass({ test, labels }: ReportData) {
  const { perClass } = classificationReport(test.yTrue, test.yPred);
  return labels.map((label, id) => ({ label, ...(perClass[id] ?? { precision: 0, recall: 0, f1: 0, support: 0 }) }));
}

function byClass(data: ReportData): string {
  const rows = scoresByClass(data).map(({ label, precision, recall, f1, support }) => [
    named(data, label),
    score(precision),
    score(recall),
    score(f1),
    count(support),
  ]);
  return markdownTable(['Class', 'Precision', 'Recall', 'F1', 'Texts'], rows);
}

/** Fewer test texts than this say little about a class. */
const few = 10;

function bias(data: ReportData): string {
  const classes = scoresByClass(data);
  const total = classes.reduce((sum, { support }) => sum + support, 0);
  const bySupport = classes.toSorted((a, b) => b.support - a.support);
  const share = ({ label, support }: (typeof classes)[number]) => `${named(data, label)} ${percent(support / total)}`;
  const seen = classes.filter(({ support }) => support > 0).toSorted((a, b) => a.f1 - b.f1);
  const rare = classes.filter(({ support }) => support < few).map(({ label }) => named(data, label));
  return [
    `Classes by frequency: largest ${share(bySupport[0])}, smallest ${share(bySupport.at(-1)!)}.`,
    `By F1: lowest ${named(data, seen[0].label)} ${score(seen[0].f1)}, highest ${named(data, seen.at(-1)!.label)} ${score(seen.at(-1)!.f1)}.`,
    ...(rare.length > 0 ? [`Fewer than ${few} texts measure: ${rare.join(', ')}.`] : []),
    'Nothing was measured about groups of people: whoever uses it on texts about people has to.',
  ].join('\n');
}
