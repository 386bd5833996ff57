import { basename } from 'node:path';
import { counted } from '@attune/internal';
import type { ClassScores } from '@attune/metrics';
import { renderTokenCard, type TokenRunData } from '@attune/report';
import type { TaggedWords, TagReading } from '@attune/train';
import {
  checkTags,
  fitTokenClassifier,
  type TaggedParts,
  type TokenFitResult,
  trainedConfig,
} from '@attune/train/node';
import { alikeLabels, checkedSentences, rowFindings } from '../data/findings';
import { labelListOf } from '../data/label-list';
import { noteNoTest, partsOf, readParts, seenParts } from '../data/parts';
import { type RunConfig, readRunConfig } from '../data/run-config';
import { noteTagColumn, readSentences } from '../data/sentences';
import { rareTags, splitSentences } from '../data/split-sentences';
import { noteOtherSplits } from '../data/teacher-split';
import { numberedTags, readingAs, trueTags, withTagsOf } from '../data/true-tags';
import { readUnlabeledSentences } from '../data/unlabeled';
import { checkCommand, worstLine } from '../data/worst-finding';
import { distillOptions, studentFlags } from '../options/distill';
import { tokenOptions } from '../options/tasks';
import { refuseFlags } from '../program/command';
import { UsageError } from '../program/failure';
import { orInterrupted } from '../program/process';
import { untilReported, writeTaskReport } from '../program/reports';
import { printNote, table } from '../program/terminal';
import { withTagger } from './models';
import { circumstances, sideBySideLines } from './results';
import { seenLines, seenTags, shownTags } from './seen-metrics';
import type { EvaluateInput, ReadInput, Task, TrainInput } from './task';
import { predictTags } from './token-predict';

type Summary = TokenFitResult['summary'];

/** Token classification. */
export const token: Task<TaggedParts, Summary> = {
  options: [
    'text',
    'label',
    'labelList',
    'skipUnlabeled',
    'deduplicate',
    ...(Object.keys(distillOptions) as (keyof typeof distillOptions)[]),
    ...(Object.keys(tokenOptions) as (keyof typeof tokenOptions)[]),
  ],
  read,
  train,
  print: (summary) => {
    const beside = summary.sideBySide ? `\n\n${sideBySideLines(summary.sideBySide, shownBeside(summary))}` : '';
    return `${entityLines(summary)}${beside}\n\n${circumstances(summary, 'sentence')}`;
  },
  evaluate,
  predict: predictTags,
};

/** The metrics in comparisons of taggers. */
const shownBeside = ({ scheme }: Pick<Summary, 'scheme'>): Readonly<Record<string, string>> => ({
  ...(scheme !== 'none' && { f1: 'F1' }),
  accuracy: 'accuracy',
});

async function read({ flags, withoutTest, ...request }: ReadInput): Promise<TaggedParts> {
  const { data, text, label, labelNames, format, scheme = 'IOB2' } = flags;
  const { onNote } = request;
  if (labelNames && scheme !== 'IOB2')
    throw new UsageError(`--label-names: requires --scheme IOB2, got ${scheme}; convert the tags first`);
  const labelList = await labelListOf(flags.labelList);
  const { skipUnlabeled, deduplicate } = flags;
  const columns = { text, label, labelNames, labelList, format, skipUnlabeled, deduplicate, onNote };
  const { moved = 0, ...parts } = await readParts(
    { data, ...request },
    {
      async read(path): Promise<readonly TaggedWords[]> {
        const sentences = await readSentences(path, columns);
        checkTags(sentences, { scheme, where: path, onNote });
        if (path === data && label === undefined) await noteTagColumn(path, columns);
        if (path === data) noteWorst(sentences, { where: path, scheme, flags, parts: partsOf(request.plan), onNote });
        return sentences;
      },
      split: (sentences, options) => splitSentences(sentences, { ...options, labelList }),
      textsOf: (sentences) => sentences.map(({ words }) => words.join(' ')),
      unit: 'sentence',
      splitBy: ', equal sentences kept together',
    },
  );
  if (moved > 0) onNote(`${counted(moved, 'sentence')} moved to training, because their tags occur nowhere else`);
  const emptied = (['validation', 'test'] as const).find((part) => parts[part]?.length === 0);
  if (moved > 0 && emptied) throw rareTags(parts.train, { where: data, emptied });
  noteNoTest(parts, onNote);
  return { ...seenParts(parts, withoutTest), areChecked: true };
}

interface WorstOptions {
  readonly where: string;
  readonly scheme: TagReading['scheme'];
  readonly flags: ReadInput['flags'];
  readonly parts: number | undefined;
  readonly onNote: (note: string) => void;
}

/** Notes the worst finding of `attune check`. */
function noteWorst(sentences: readonly TaggedWords[], { where, scheme, flags, parts, onNote }: WorstOptions): void {
  const rows = checkedSentences(sentences, { where, scheme });
  const findings = [...rowFindings(rows, { parts }), ...alikeLabels(rows)];
  const line = worstLine(findings, checkCommand(where, flags));
  if (line !== undefined) onNote(line);
}

async function train(data: TaggedParts, { flags, settings, onSummary }: TrainInput): Promise<void> {
  const { scheme, decoding, stride } = flags;
  const labelList = await labelListOf(flags.labelList);
  const provenance = { ...settings.provenance, labelList };
  const { onNote = () => {} } = settings;
  const leakyTeachers = await noteOtherSplits(flags, { split: settings.provenance ?? {}, onNote });
  const unlabeled = await readUnlabeledSentences(flags, { onNote });
  const distilling = { ...studentFlags(flags), unlabeled, leakyTeachers };
  const options = { data, provenance, labelList, scheme, decoding, stride, ...distilling };
  const { summary, config, history, test } = await fitTokenClassifier(untilReported({ ...settings, ...options }));
  const { testData, evalData, data: all } = flags;
  const file = basename((summary.evaluatedOn === 'test' ? testData : evalData) ?? all);
  const reported = { summary, config, history, test: { ...test, file } };
  await writeTaskReport<TokenRunData>(reported, { ...settings, onSummary, card: renderTokenCard });
}

async function evaluate({ source, flags, io }: EvaluateInput) {
  refuseFlags(flags, ['textPair', 'labelSeparator', 'threshold', 'delimiter', 'clean'], 'by a tagger');
  const run = await readRunConfig(source);
  const labelList = (await labelListOf(flags.labelList)) ?? run.labelList;
  const columns = {
    text: flags.text ?? run.text,
    label: flags.label ?? run.label,
    labelNames: flags.labelNames ?? namesOfColumns(flags, run),
    labelList,
    skipUnlabeled: flags.skipUnlabeled,
    deduplicate: flags.deduplicate,
    format: flags.format,
    onNote: (note: string) => printNote(io.stderr, note),
  };
  // Tags are not trimmed: a model may have been trained on tags with white space.
  const verbatimTags = columns.labelNames === undefined;
  const read = await readSentences(flags.data, { ...columns, verbatimTags });
  const file = { where: flags.data, labelList, onNote: columns.onNote };
  const { scheme: _, ...opening } = flags; // may be the scheme of the file only
  const { scheme: trained } = (await trainedConfig(source)) as Partial<TagReading>;
  const { sentences, evaluation } = await withTagger(source, { flags: opening, io }, async (tagger) => {
    const numbered = numberedTags(read, tagger.labels, file);
    const asked = numbered ? undefined : flags.scheme; // numbered labels do not have a scheme
    const reading = readingAs(asked, tagger, trained);
    const sentences = trueTags(numbered ?? withTagsOf(tagger.labels, read), {
      ...file,
      labels: tagger.labels,
      reading,
      asked,
    });
    return { sentences, evaluation: await orInterrupted(tagger.evaluate(sentences, reading), io.signal) };
  });
  const { predicted: __, ...metrics } = evaluation;
  const seenColumns = { ...columns, deduplicate: false };
  const others = flags.seenIn === undefined ? undefined : await readSentences(flags.seenIn, seenColumns);
  const seen = others && seenTags(sentences, others, evaluation);
  const lines = [
    entityLines(evaluation),
    `sentences  ${sentences.length.toLocaleString('en')}`,
    ...(seen ? [seenLines(seen, shownTags)] : []),
  ];
  return { metrics: { ...metrics, examples: sentences.length, ...seen }, lines: `${lines.join('\n')}\n` };
}

/** The run's names of types, for as many columns of BIO tags as it was trained on; tags of other columns already have types. */
function namesOfColumns({ label, scheme = 'IOB2' }: EvaluateInput['flags'], run: RunConfig) {
  const columns = (label ?? run.label ?? '').split(',');
  return scheme === 'IOB2' && run.labelNames?.length === columns.length ? run.labelNames : undefined;
}

interface TagMetrics {
  /** Of whole entities; absent with scheme `none`. */
  readonly precision?: number;
  /** Of whole entities; absent with scheme `none`. */
  readonly recall?: number;
  /** Of whole entities; absent with scheme `none`. */
  readonly f1?: number;
  /** Share of words whose tag is right. */
  readonly accuracy: number;
  /** Mean loss per word. */
  readonly loss: number;
  /** Scores of each type of entity; with scheme `none` of each tag. */
  readonly perEntity: Readonly<Record<string, ClassScores>>;
  /** Tagging scheme, such as `IOB2`, or `none`. */
  readonly scheme: string;
  /** Treatment of tags that break the scheme. */
  readonly mode: string;
}

/**
 * The metrics of a tagger as text: a line per type of entity, then all entities together.
 *
 * @example
 * const { summary } = await fitTokenClassifier({ … });
 * console.log(entityLines(summary));
 */
export function entityLines({ perEntity, precision, recall, f1, ...metrics }: TagMetrics): string {
  const fixed = (value: number) => value.toFixed(4);
  const types = Object.entries(perEntity).map(([type, scores]) => [
    type,
    ...[scores.precision, scores.recall, scores.f1].map(fixed),
    String(scores.support),
  ]);
  const all =
    precision === undefined || recall === undefined || f1 === undefined
      ? []
      : [['all entities', ...[precision, recall, f1].map(fixed)]];
  const { accuracy, loss, scheme, mode } = metrics;
  const counting = scheme === 'none' ? 'each tag separately' : `${scheme}, ${mode === 'default' ? 'lenient' : mode}`;
  return `${table([['', 'precision', 'recall', 'F1', 'support'], ...types, ...all])}\n\n${table([
    ['accuracy of tags', fixed(accuracy)],
    ['loss', Number.isNaN(loss) ? 'none: the model has the tag of no word' : fixed(loss)],
  ])}\n(${counting})`;
}
