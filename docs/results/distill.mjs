// Prints the tables of docs/results/distill.jsonl: means and deviations over seeds, and differences with their 95 % intervals.
//
//   node docs/results/distill.mjs [another.jsonl]
import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';
import { keptResults, spreadOf } from '../../scripts/kept-results.mjs';

const results = keptResults(process.argv[2] ?? join(root, 'docs', 'results', 'distill.jsonl'));

/** The name of a run without its folder. */
const nameOf = (source) => source.split(/[\\/]/).at(-1).replace(/-\d+$/, '');

const signed = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

const interval = (difference) =>
  difference ? `${signed(difference.estimate)} [${signed(difference.low)}, ${signed(difference.high)}]` : '';

/** The runs of a table, each with its teacher and the same student without one. */
const reed = [
  ['MiniLM-L6, the teacher', 'reed-teacher'],
  ['3 of its layers, with it', 'reed-thin3'],
  ['3 of its layers, labels alone', 'reed-thin3-alone'],
  ['2 of its layers, with it', 'reed-thin2'],
  ['2 of its layers, labels alone', 'reed-thin2-alone'],
  ['3 layers of the pretrained model, labels alone', 'reed-base3'],
  ['MiniLM-L6 with all-mpnet-base-v2 as its teacher', 'reed-minilm-by-mpnet'],
];
const tenth = [
  ['MiniLM-L6, a tenth of the labels: the teacher', 'reed-tenth-teacher'],
  ['3 layers, a tenth of the labels', 'reed-tenth-base3'],
  ['the same with that teacher and the other titles unlabeled', 'reed-tenth-taught3'],
  ['MPNet base, a tenth of the labels', 'reed-tenth-mpnet'],
  ['the same 3 layers with MPNet base as the teacher', 'reed-tenth-taught3-by-mpnet'],
  ['the same with a teacher of all labels', 'reed-tenth-taught3-by-all'],
  ['3 layers, all labels', 'reed-base3'],
];
const skills = [
  ['MiniLM-L6, the teacher', 'skillspan-teacher'],
  ['3 of its layers, with it', 'skillspan-thin3'],
  ['3 of its layers, with it and sentences without labels', 'skillspan-thin3-unlabeled'],
  ['3 of its layers, labels alone', 'skillspan-thin3-alone'],
  ['MiniLM-L6 with all-mpnet-base-v2 as its teacher', 'skillspan-minilm-by-mpnet'],
  ['the same, with sentences without labels', 'skillspan-minilm-by-mpnet-unlabeled'],
];

printChoice();
print('Reed titles', reed, ['accuracy', 'macroF1']);
printClosed();
print('SkillSpan, skills', skills, ['f1', 'accuracy']);

/** What the validation part of seed 1 says of α = 0.9 and of the layers 0, 2, 4 beside others. */
function printChoice() {
  const tried = [
    ['α = 0.9, layers 0, 2, 4', 'reed-thin3'],
    ['α = 0.5', 'reed-thin3-half'],
    ['layers 1, 3, 5', 'reed-thin3-last'],
  ];
  const rows = tried.flatMap(([name, run]) =>
    results
      .of(run)
      .filter(({ seed }) => seed === 1)
      .map(({ validation }) => [name, ...['accuracy', 'macroF1'].map((metric) => validation[metric].toFixed(3))]),
  );
  table(['validation part of seed 1', 'accuracy', 'macroF1'], rows);
}

/** Quality of each run, its size and its speed beside its teacher's, and TF-IDF on the same texts. */
function print(title, rows, metrics) {
  const lines = rows.flatMap(([name, run]) => {
    const own = results.of(run).map(({ summary }) => summary);
    if (own.length === 0) return [];
    const speeds = own.flatMap(({ sideBySide }) => (sideBySide ? [speedOf(sideBySide)] : []));
    const parameters = own[0].parameters.toLocaleString('en');
    const shown = metrics.map((metric) => meanOf(own.map((summary) => summary[metric])));
    return [[name, ...shown, parameters, speeds.length > 0 ? `${meanOf(speeds, 2)} ×` : '', `${own.length}`]];
  });
  const baselines = rows.flatMap(([, run]) => results.of(run).flatMap(({ summary }) => summary.baseline ?? []));
  if (baselines.length > 0)
    lines.push(['TF-IDF', ...metrics.map((metric) => meanOf(baselines.map((own) => own[metric]))), '', '', '']);
  table([title, ...metrics, 'parameters', "texts per second, of its teacher's", 'seeds'], lines);
  const differences = rows.flatMap(([name, run]) =>
    results
      .of(run)
      .flatMap(({ seed, summary: { sideBySide = [] } }) =>
        sideBySide.flatMap(({ role, source, difference }) =>
          difference
            ? [
                [
                  name,
                  `${role === 'teacher' ? 'its teacher' : nameOf(source)}`,
                  `${seed}`,
                  ...metrics.map((metric) => interval(difference[metric])),
                ],
              ]
            : [],
        ),
      ),
  );
  table(['less', 'than', 'seed', ...metrics], differences);
}

/** Of the gap between a tenth of the labels and all, how much the titles without labels close. */
function printClosed() {
  print('Reed titles, a tenth of the labels', tenth, ['accuracy', 'macroF1']);
  for (const run of ['reed-tenth-taught3', 'reed-tenth-taught3-by-mpnet', 'reed-tenth-taught3-by-all'])
    for (const metric of ['accuracy', 'macroF1']) {
      const seeds = results.of(run).map(({ seed }) => seed);
      const rowsOf = (name) => results.of(name).filter(({ seed }) => seeds.includes(seed));
      const of = (name) => spreadOf(rowsOf(name).map(({ summary }) => summary[metric])).mean;
      const [low, own, high] = ['reed-tenth-base3', run, 'reed-base3'].map(of);
      if (![low, own, high].every(Number.isFinite)) continue; // not run yet
      console.log(
        `${run}: ${metric} closes ${(((own - low) / (high - low)) * 100).toFixed(0)} % of the gap (${low.toFixed(3)} → ${own.toFixed(3)}, all labels ${high.toFixed(3)})`,
      );
    }
  console.log();
}

/** Texts per second of the student, as a multiple of its teacher's. */
function speedOf(sideBySide) {
  const of = (role) => sideBySide.find((row) => row.role === role)?.textsPerSecond;
  return of('student') / of('teacher');
}

function meanOf(values, digits = 3) {
  const known = values.filter(Number.isFinite);
  if (known.length === 0) return '';
  const { mean, deviation } = spreadOf(known);
  return known.length > 1 ? `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}` : mean.toFixed(digits);
}

function table(heads, rows) {
  if (rows.length === 0) return;
  const line = (cells) => `| ${cells.join(' | ')} |`;
  console.log([line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n'));
  console.log();
}
