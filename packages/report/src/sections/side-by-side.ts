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
  /** The metrics at its tuned thresholds; absent without any. */
  readonly tuned?: Readonly<Record<string, number>>;
  /** The same of the student and the model at their tuned thresholds. */
  readonly tunedDifference?: Readonly<Record<string, Difference>>;
}

/** How a run learned from teachers, as a summary has it. */
export interface DistillationSummary {
  /** Ways in which a teacher may know the measured texts; absent without any. */
  readonly leaks?: {
    /** Teachers that may have been trained on them. */
    readonly teachers: readonly string[];
    /** Number of measured texts among the texts without labels. */
    readonly unlabeled: number;
  };
}

/** The part of a summary about several models. */
export interface SideBySideSummary {
  /** The student and the other models; absent without other models. */
  readonly sideBySide?: readonly SideBySideRow[];
  /** The metrics of the baseline. */
  readonly baseline?: object | null;
  /** The student's metrics minus the baseline's. */
  readonly baselineDifference?: Readonly<Record<string, Difference>>;
  /** How the run learned from teachers; absent without one. */
  readonly distillation?: DistillationSummary;
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
  { sideBySide, baseline, baselineDifference, distillation }: SideBySideSummary,
  metrics: readonly SideBySideMetric[],
): Html | false {
  if (!sideBySide || sideBySide.length < 2) return false;
  const number = (name: string) => ({ name, number: true }) as const;
  const compared = metrics.filter(([name]) => sideBySide.some(({ difference }) => difference?.[name]));
  const differences = (own: SideBySideRow['difference']) =>
    compared.map(([name, , isShare]) => differenceText(own?.[name], isShare));
  const values = (own: Readonly<Record<string, unknown>>) =>
    metrics.map(([name, , isShare = true]) => {
      const value = own[name];
      return isNumber(value) ? (isShare ? percent(value) : decimal(value)) : '';
    });
  return tableSection({
    ...{ id: 'side-by-side', heading: 'Side by side' },
    note: `All models are measured on the same texts, with each model’s own thresholds and offsets. Speed includes tokenization, on the run’s engine; other load on the machine lowers it. The difference is this model minus the other, with the 95% interval (paired bootstrap over the texts).${leakNote(distillation)}`,
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
        ...differences(row.difference),
      ]),
      ...sideBySide
        .filter(({ tuned, tunedDifference }) => tuned || tunedDifference)
        .map((row): Content[] => [
          `${nameOf(row)}, ${row.tuned ? 'at tuned thresholds' : 'against this model at tuned thresholds'}`,
          ...values(row.tuned ?? row.metrics),
          ...['', ''],
          ...differences(row.tunedDifference),
        ]),
      ...(baseline
        ? [['Baseline', ...values({ ...baseline }), '', '', ...differences(baselineDifference)] satisfies Content[]]
        : []),
    ],
  });
}

const nameOf = ({ role, source }: SideBySideRow) =>
  role === 'student' || role === 'teachers' || source === undefined ? roles[role] : `${roles[role]}: ${source}`;

function differenceText(difference: Difference | undefined, isShare = true): string {
  if (!difference) return '';
  const size = (value: number) => (isShare ? (100 * Math.abs(value)).toFixed(1) : decimal(Math.abs(value)));
  const [estimate, low, high] = [difference.estimate, difference.low, difference.high].map(
    (value) => `${value < 0 ? '−' : '+'}${size(value)}`,
  );
  return `${estimate} [${low}, ${high}]`;
}

/** A sentence on teachers that may know the measured texts; empty without any. */
function leakNote({ leaks }: DistillationSummary = {}, nameOf: (teacher: string) => string = (own) => own): string {
  if (!leaks) return '';
  const { teachers, unlabeled } = leaks;
  const known = [
    ...(teachers.length > 0
      ? [`${teachers.map(nameOf).join(', ')} was trained on another split of the same file`]
      : []),
    ...(unlabeled > 0 ? [`${count(unlabeled)} of the measured texts are among the texts without labels`] : []),
  ];
  return ` The scores may be too high: ${known.join(', and ')}.`;
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
  const { sideBySide = [], distillation: facts } = summary as SideBySideSummary;
  const layers = studentLayers
    ? [`It has the layers ${studentLayers.join(', ')} of the model that it was made from.`]
    : [];
  if (!distillation) return layers;
  const { teachers = [], temperature, alpha, unlabeledExamples = 0 } = distillation;
  const nameInCard = (teacher: string) => `\`${fileName(teacher).replaceAll('`', '')}\``;
  const named = teachers.map(nameInCard).join(' and ');
  const leaks = leakNote(facts, nameInCard).trim();
  const warning = leaks ? [leaks] : [];
  const unlabeled = unlabeledExamples > 0 ? `, and ${count(unlabeledExamples)} texts without a label` : '';
  const beside = sideBySide
    .filter(({ role }) => role !== 'beside')
    .map(({ role, metrics: own, tuned, parameters, textsPerSecond }) => {
      const shownOf = (values: Readonly<Record<string, number>>) =>
        metrics.flatMap(([name, title, isShare = true]) =>
          isNumber(values[name]) ? [`${title} ${isShare ? percent(values[name]) : decimal(values[name])}`] : [],
        );
      const shown = [...shownOf(own), ...(tuned ? [`at tuned thresholds ${shownOf(tuned).join(', ')}`] : [])];
      const speed = isNumber(textsPerSecond) ? `, ${count(Math.round(textsPerSecond))} texts per second` : '';
      return `- ${roles[role]}: ${shown.join(', ')}; ${count(parameters)} parameters${speed}`;
    });
  if (alpha === 0)
    return [`It was compared with ${named || 'another model'}, from which it did not learn.`, ...layers, ...warning];
  return [
    `It learned from ${named || 'another model'} and from labels (temperature ${temperature}, the teacher's share of the loss ${alpha}${unlabeled}).`,
    ...layers,
    ...warning,
    ...(beside.length > 1 ? ['', ...beside] : []),
  ];
}

/** The chapter of a card about a student; nothing for other models. */
export function studentChapter(data: Distilled, metrics: readonly SideBySideMetric[]): string[] {
  const lines = studentLines(data, metrics);
  return lines.length > 0 ? [`### Distillation\n\n${lines.join('\n')}`] : [];
}
