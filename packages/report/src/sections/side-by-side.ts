// A student compared with its teachers, other models and the baseline: quality, size and speed.
import { fileName } from '../card/markdown';
import { count, decimal, isNumber, percent } from '../page/format';
import type { Content, Html } from '../page/html';
import { tableSection } from './table-section';

/** A difference and its 95 % interval. */
interface Difference {
  /** Estimate over all texts. */
  readonly estimate: number;
  /** Lower bound. */
  readonly low: number;
  /** Upper bound. */
  readonly high: number;
}

/** A measured model in a summary. */
export interface SideBySideRow {
  /** Role of the model in the run. */
  readonly role: 'student' | 'teacher' | 'teachers' | 'beside';
  /** Name or path of the model; absent in a published record. */
  readonly source?: string;
  /** The headline metrics. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Number of its parameters. */
  readonly parameters: number;
  /** Prediction speed in texts per second, tokenization included. */
  readonly textsPerSecond?: number | null;
  /** Difference student minus this model, by metric. */
  readonly difference?: Readonly<Record<string, Difference>>;
}

/** The part of a summary about several models. */
export interface SideBySideSummary {
  /** The student and the other models; absent without other models. */
  readonly sideBySide?: readonly SideBySideRow[];
  /** The metrics of the baseline. */
  readonly baseline?: object | null;
}

/** A metric to show: its name in a summary, its title, and whether it is a share. */
export type SideBySideMetric = readonly [name: string, title: string, isShare?: boolean];

const roles: Readonly<Record<SideBySideRow['role'], string>> = {
  student: 'This model',
  teacher: 'Teacher',
  teachers: 'The teachers together',
  beside: 'Beside',
};

/** The table of all models, the baseline last; nothing without other models. */
export function sideBySideSection(
  { sideBySide, baseline }: SideBySideSummary,
  metrics: readonly SideBySideMetric[],
): Html | false {
  if (!sideBySide || sideBySide.length < 2) return false;
  const number = (name: string) => ({ name, number: true }) as const;
  const compared = metrics.filter(([name]) => sideBySide.some(({ difference }) => difference?.[name]));
  const values = (own: Readonly<Record<string, unknown>>) =>
    metrics.map(([name, , isShare = true]) => {
      const value = own[name];
      return isNumber(value) ? (isShare ? percent(value) : decimal(value)) : '';
    });
  return tableSection({
    ...{ id: 'side-by-side', heading: 'Side by side' },
    note: 'All models are measured on the same texts, with each model’s own thresholds and offsets. Speed includes tokenization, on the run’s engine; other load on the machine lowers it. The difference is this model minus the other, with the 95% interval (paired bootstrap over the texts).',
    columns: [
      'Model',
      ...metrics.map(([, title]) => number(title)),
      number('Parameters'),
      number('Texts per second'),
      ...compared.map(([, title]) => number(`Difference in ${title}`)),
    ],
    rows: [
      ...sideBySide.map((row): Content[] => [
        nameOf(row),
        ...values(row.metrics),
        count(row.parameters),
        isNumber(row.textsPerSecond) ? count(Math.round(row.textsPerSecond)) : '',
        ...compared.map(([name]) => differenceText(row.difference?.[name])),
      ]),
      ...(baseline
        ? [['Baseline', ...values({ ...baseline }), '', '', ...compared.map(() => '')] satisfies Content[]]
        : []),
    ],
  });
}

const nameOf = ({ role, source }: SideBySideRow) =>
  role === 'student' || role === 'teachers' || source === undefined ? roles[role] : `${roles[role]}: ${source}`;

function differenceText(difference: Difference | undefined): string {
  if (!difference) return '';
  const [estimate, low, high] = [difference.estimate, difference.low, difference.high].map(
    (value) => `${value < 0 ? '−' : '+'}${(100 * Math.abs(value)).toFixed(1)}`,
  );
  return `${estimate} [${low}, ${high}]`;
}

interface Distilled {
  readonly config: Readonly<Record<string, unknown>>;
  readonly summary: object;
}

/** The text of a card about a student: teachers and distillation options, and the quality, size and speed of each model. */
function studentLines({ config, summary }: Distilled, metrics: readonly SideBySideMetric[]): string[] {
  const { distillation, studentLayers } = config as {
    readonly distillation?: {
      readonly teachers?: readonly string[];
      readonly temperature: number;
      readonly alpha: number;
      readonly unlabeledExamples?: number;
    };
    readonly studentLayers?: readonly number[];
  };
  const { sideBySide = [] } = summary as SideBySideSummary;
  const layers = studentLayers
    ? [`It has the layers ${studentLayers.join(', ')} of the model that it was made from.`]
    : [];
  if (!distillation) return layers;
  const { teachers = [], temperature, alpha, unlabeledExamples = 0 } = distillation;
  const named = teachers.map((teacher) => `\`${fileName(teacher).replaceAll('`', '')}\``).join(' and ');
  const unlabeled = unlabeledExamples > 0 ? `, and ${count(unlabeledExamples)} texts without a label` : '';
  const beside = sideBySide
    .filter(({ role }) => role !== 'beside')
    .map(({ role, metrics: own, parameters, textsPerSecond }) => {
      const shown = metrics.flatMap(([name, title, isShare = true]) =>
        isNumber(own[name]) ? [`${title} ${isShare ? percent(own[name]) : decimal(own[name])}`] : [],
      );
      const speed = isNumber(textsPerSecond) ? `, ${count(Math.round(textsPerSecond))} texts per second` : '';
      return `- ${roles[role]}: ${shown.join(', ')}; ${count(parameters)} parameters${speed}`;
    });
  if (alpha === 0) return [`It was compared with ${named || 'another model'}, from which it did not learn.`, ...layers];
  return [
    `It learned from ${named || 'another model'} and from labels (temperature ${temperature}, the teacher's share of the loss ${alpha}${unlabeled}).`,
    ...layers,
    ...(beside.length > 1 ? ['', ...beside] : []),
  ];
}

/** The chapter of a card about a student; nothing for other models. */
export function studentChapter(data: Distilled, metrics: readonly SideBySideMetric[]): string[] {
  const lines = studentLines(data, metrics);
  return lines.length > 0 ? [`### Distillation\n\n${lines.join('\n')}`] : [];
}
