// A page that compares several runs: metrics, differences with intervals, settings that differ, and curves.
import { linesOf, pointsOf } from '../charts/history';
import { type Curve, lineChart } from '../charts/line-chart';
import { differencesOf, type Estimate, shownBy } from '../intervals';
import { count, decimal, duration, isNumber, plural, points, shorten } from '../page/format';
import { type Content, type Html, html } from '../page/html';
import { type PageHead, renderPage } from '../page/page';
import { passesOf } from '../passes';
import { partOf } from '../run-data';
import { flatten } from '../sections/facts';
import { tableSection } from '../sections/table-section';
import { metricNames, type RunFiles, shownMetric } from './render-run';
import { type Measured, measuredOf } from './statistics';

const number = (name: string) => ({ name, number: true }) as const;

/**
 * Renders several runs side by side as one HTML page. Runs that kept predictions of the same texts are compared with the first, with the
 * interval of the difference.
 *
 * @throws RangeError for fewer than two runs, and as `renderRun`
 * @example renderRunComparison({ title: 'Learning rates', generatedAt: '2026-01-31' }, [first, second])
 */
export function renderRunComparison(head: PageHead, runs: readonly RunFiles[]): string {
  if (runs.length < 2) throw new RangeError(`renderRunComparison: expected at least 2 runs, got ${runs.length}`);
  return renderPage({ kind: 'Runs compared', ...head }, [
    metricsSection(runs),
    differencesSection(runs),
    settingsSection(runs),
    curvesSection(runs),
  ]);
}

const nameOf = ({ place, title }: RunFiles) => place ?? title;

const summaryOf = ({ summary }: RunFiles) => summary as unknown as Readonly<Record<string, unknown>>;

function metricsSection(runs: readonly RunFiles[]): Html {
  const metrics = Object.entries(metricNames).filter(([name]) => runs.some((run) => isNumber(summaryOf(run)[name])));
  const parts = new Set(runs.map((run) => `${summaryOf(run).testExamples} ${partOf(run)} texts${chunksOf(run)}`));
  const tasks = new Set(runs.map(({ config }) => String(config.task)));
  const notes = [
    ...(tasks.size > 1 ? [`The runs have different tasks: ${[...tasks].join(', ')}.`] : []),
    parts.size > 1
      ? `The runs were measured on different texts (${[...parts].join(', ')}), so differences may be due to the texts.`
      : `Each was measured on ${[...parts][0]}. Runs with the same texts are compared below.`,
  ];
  return tableSection({
    ...{ id: 'metrics', heading: `${count(runs.length)} runs`, note: notes.join(' ') },
    columns: [
      'Run',
      ...metrics.map(([, title]) => number(title)),
      ...['Epochs', 'Best epoch', 'Training time'].map(number),
    ],
    rows: runs.map((run) => {
      const summary = summaryOf(run);
      const facts = [decimal(passesOf(run)), decimal(run.summary.bestEpoch), duration(run.summary.seconds)];
      return [nameOf(run), ...metrics.map(([name]) => shownMetric(name, summary[name])), ...facts];
    }),
  });
}

/** Losses of masked tokens depend on the length of the chunks. */
function chunksOf(run: RunFiles): string {
  const { chunkLength } = summaryOf(run);
  return chunkLength === undefined ? '' : ` in chunks of ${chunkLength} tokens`;
}

/** Compares each run with the first if both kept predictions of the same texts. */
function differencesSection([first, ...others]: readonly RunFiles[]): Html {
  const base = measuredOf(first);
  const compared = others.map((run) => [run, measuredOf(run)] as const);
  const alike = compared.filter(([, measured]) => isAlike(base, measured)) as (readonly [RunFiles, Measured])[];
  const rows = alike.flatMap(([run, measured]) => {
    const differences = differencesOf(measured.count, measured.statistics, base!.statistics);
    return Object.entries(differences).map(([metric, difference]): Content[] => [
      ...[
        nameOf(run),
        metricNames[metric] ?? metric,
        ...shownDifference(metric, difference),
        claimOf(metric, difference),
      ],
    ]);
  });
  const reasons = compared.flatMap(([run, measured]) =>
    isAlike(base, measured) ? [] : [reasonApart([first, base], [run, measured])],
  );
  const without = [...new Set(reasons)].map((reason) => {
    const { length } = reasons.filter((other) => other === reason);
    return `${plural(length, 'run')} cannot be compared with it: ${reason}.`;
  });
  const heading = `Differences from ${nameOf(first)}`;
  if (rows.length === 0)
    return html`<section aria-labelledby="differences">
<h2 id="differences">${heading}</h2>
<p class="note">${without.join(' ')}</p>
</section>`;
  return tableSection({
    ...{ id: 'differences', heading, rows },
    note: `Run minus first run, with the 95% interval (paired bootstrap over the texts). No difference is shown where 0 lies within the interval. ${without.join(' ')}`,
    columns: ['Run', 'Metric', number('Difference'), number('95% interval'), 'Shown'],
  });
}

function isAlike(a: Measured | undefined, b: Measured | undefined): boolean {
  return a !== undefined && b !== undefined && a.kind === b.kind && a.key === b.key;
}

type MeasuredRun = readonly [run: RunFiles, measured: Measured | undefined];

/** The reason why a run cannot be compared with the first. */
function reasonApart([first, base]: MeasuredRun, [run, measured]: MeasuredRun): string {
  const isOther = first.config.task !== run.config.task || (base && measured && base.kind !== measured.kind);
  if (isOther) return 'it was trained for another task, or another kind of label';
  if (first.predictions === undefined || run.predictions === undefined)
    return `${first.predictions === undefined ? nameOf(first) : 'it'} has no predictions`;
  if (!base || !measured) return 'language models keep no loss per text, so there is no interval';
  return 'its predictions are for other texts';
}

/** Metrics for which lower values are better. */
const isError = (metric: string) => metric === 'mae' || metric === 'rmse';

function shownDifference(metric: string, { estimate, low, high }: Estimate): [string, string] {
  const shown = isError(metric) ? decimal : (value: number) => points(value);
  return [shown(estimate), `${shown(low)} to ${shown(high)}`];
}

function claimOf(metric: string, difference: Estimate): string {
  const shown = shownBy(difference);
  if (shown === 'nothing') return 'no difference shown';
  return (shown === 'ahead') === isError(metric) ? 'worse than the first' : 'better than the first';
}

/** Entries of a record about results or the machine, which are not settings. */
const aside = /^(options|tokenLengths|modelDirectory|modelCommit|modelDigest|node)(\.|$)/;
const longestValue = 120;

function settingsSection(runs: readonly RunFiles[]): Html {
  const settings = runs.map(({ config }) => new Map(flatten(config)));
  const names = [...new Set(settings.flatMap((own) => [...own.keys()]))].filter((name) => !aside.test(name));
  const differing = names.filter((name) => new Set(settings.map((own) => own.get(name))).size > 1);
  const same = `${plural(names.length - differing.length, 'other setting')} ${names.length - differing.length === 1 ? 'is' : 'are'} the same in all runs.`;
  return tableSection({
    ...{ id: 'settings', heading: 'Settings that differ', note: differing.length === 0 ? `None. ${same}` : same },
    columns: ['Setting', ...runs.map(nameOf)],
    rows: differing.map((name) => [name, ...settings.map((own) => shorten(own.get(name) ?? '–', longestValue))]),
  });
}

const looks = [
  { color: 'var(--model)', dash: 'solid' },
  { color: 'var(--third)', dash: 'dashed' },
  { color: 'var(--up)', dash: 'dotted' },
  { color: 'var(--second)', dash: 'solid' },
] as const;

/** Loss and the first score by epoch, of the first four runs. */
function curvesSection(runs: readonly RunFiles[]): Html | false {
  const shown = runs.slice(0, looks.length);
  const chart = (key: 'loss' | 'accuracy' | 'f1' | 'rmse', title: string): Html | false => {
    const curves = shown
      .map(
        (run, i): Curve => ({
          ...{ name: String.fromCharCode(65 + i), ...looks[i], dots: true },
          points: pointsOf(linesOf(run.history, 'eval'), 'epoch', key),
        }),
      )
      .filter((curve) => curve.points.length > 0);
    if (curves.length === 0) return false;
    return html`<figure class="card"><figcaption>${title} by epoch</figcaption>${lineChart({ id: `runs-${key}`, xName: 'epoch', formatY: decimal, curves })}</figure>`;
  };
  const charts = [
    chart('loss', 'Loss'),
    chart('accuracy', 'Accuracy'),
    chart('f1', 'F1'),
    chart('rmse', 'Root mean squared error'),
  ];
  if (charts.every((each) => each === false)) return false;
  const legend = shown.map((run, i) => `${String.fromCharCode(65 + i)} ${nameOf(run)}`).join(', ');
  return html`<section aria-labelledby="curves">
<h2 id="curves">Evaluations</h2>
<p class="note">${legend}${runs.length > shown.length && '; the other runs are not drawn'}.</p>
<div class="charts">${charts}</div>
</section>`;
}
