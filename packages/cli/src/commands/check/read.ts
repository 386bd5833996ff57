// Reads the files of `attune check` as `attune train` does, and turns the notes of the readers into findings.

import { isAttuneError } from '@attune/internal';
import { type LabelColumn, type PromptedText, problemOf } from '@attune/train';
import { checkTags } from '@attune/train/node';
import { openChatTemplate } from '../../data/conversations';
import { alikeLabels, type CheckedRows, checkedRows, checkedSentences, type Finding } from '../../data/findings';
import { labelListOf } from '../../data/label-list';
import { readLabeledRows, withoutEmptyTexts } from '../../data/labeled-rows';
import { hasTagLists, readSentences } from '../../data/sentences';
import { leakingText, readCausalRows, readTextRows } from '../../data/texts';
import { UsageError } from '../../program/failure';
import type { Io } from '../../program/process';
import { sequenceFlags } from '../../tasks/sequence';
import type { CheckFlags } from './options';

/** The content of a file. */
export interface ReadFile extends CheckedRows {
  readonly findings: readonly Finding[];
  /** The texts of each row that a tokenizer encodes. */
  readonly inputs: readonly (string | readonly [string, string])[];
  /** The texts of `inputs` as causal-lm learns them, each with an end token. */
  readonly completions?: readonly (PromptedText | string)[];
  /** The labels, if they are numbers. */
  readonly numbers?: readonly number[];
  /** The distinct tags of words. */
  readonly tags?: readonly string[];
}

interface ReadContext {
  readonly flags: CheckFlags;
  readonly io: Pick<Io, 'stderr'>;
  /** The classes of the training data, with which labels of other files are matched. */
  readonly known?: readonly string[] | undefined;
}

/** The readers by task. */
export const readers: Readonly<Record<CheckFlags['task'], (path: string, context: ReadContext) => Promise<ReadFile>>> =
  {
    'sequence-classification': readSequence,
    'token-classification': readToken,
    'masked-lm': readMasked,
    'causal-lm': readCausal,
  };

async function readSequence(path: string, { flags, known }: ReadContext): Promise<ReadFile> {
  const findings: Finding[] = [];
  const onNote = (note: string) => void findings.push(noteFinding(note, flags));
  const { problemType } = flags;
  const { column: labelColumn } = problemOf({ problemType });
  // With several labels per text, an empty field is a text without labels.
  const skipUnlabeled = flags.skipUnlabeled || problemType !== 'multi_label_classification';
  const labelList = await labelListOf(flags.labelList);
  const columns = { ...sequenceFlags(flags), labelList, skipUnlabeled, known: labelList ?? known };
  const read = await readLabeledRows<unknown>(
    path,
    { ...columns, labelColumn: labelColumn as LabelColumn<unknown> },
    onNote,
  );
  const rows = withoutEmptyTexts(read, onNote);
  const { texts, pairs, labels } = rows;
  return {
    ...checkedRows(rows, labelColumn as LabelColumn<unknown>),
    findings,
    inputs: texts.map((text, i) => (pairs ? [text, pairs[i]] : text)),
    ...(problemType === 'regression' && { numbers: labels.map(Number) }),
  };
}

async function readToken(path: string, { flags }: ReadContext): Promise<ReadFile> {
  const { text, label, labelNames, format, scheme = 'IOB2', deduplicate } = flags;
  const findings: Finding[] = [];
  const onNote = (note: string) => void findings.push(noteFinding(note, flags));
  const labelList = await labelListOf(flags.labelList);
  const skipUnlabeled = flags.skipUnlabeled || hasTagLists(path, format);
  const columns = { text, label, labelNames, labelList, format, skipUnlabeled, deduplicate, onNote };
  const sentences = await readSentences(path, columns);
  const tagFinding = (message: string): Finding => ({ kind: 'tags', misleads: true, count: 1, message });
  let fits = true;
  try {
    checkTags(sentences, { scheme, where: path, onNote: (note) => void findings.push(tagFinding(note)) });
  } catch (error) {
    if (!isAttuneError(error)) throw error;
    fits = false;
    findings.push(tagFinding(error.message));
  }
  const rows = checkedSentences(sentences, { where: path, scheme: fits ? scheme : 'none' });
  const tags = [...new Set(sentences.flatMap((sentence) => sentence.tags))];
  return { ...rows, findings: [...findings, ...alikeLabels(rows)], inputs: rows.texts, tags };
}

async function readMasked(path: string, { flags }: ReadContext): Promise<ReadFile> {
  const findings: Finding[] = [];
  const read = await readTextRows(path, flags, (note) => void findings.push(noteFinding(note, flags)));
  const { texts } = read;
  const unlabeled = { labels: texts.map(() => ''), classes: texts.map(() => []), nouns: { text: 'text', label: '' } };
  return { ...{ where: path, findings, ...read, inputs: texts }, ...unlabeled };
}

async function readCausal(path: string, { flags, io }: ReadContext): Promise<ReadFile> {
  const findings: Finding[] = [];
  const onNote = (note: string) => void findings.push(noteFinding(note, flags));
  if (flags.messages !== undefined && flags.model === undefined)
    throw new UsageError(
      '--model: required with --messages, which are rendered by the chat template of a model; add --model <model>',
    );
  const template = await openChatTemplate(flags.model ?? 'new', flags, io);
  const { texts, lines } = await readCausalRows(path, { columns: flags, template, onNote });
  const isPlain = flags.completion === undefined && flags.messages === undefined;
  return {
    ...{ where: path, findings, texts: texts.map(leakingText), lines },
    completions: texts,
    inputs: texts.map((text) => (typeof text === 'string' ? text : `${text.prompt ?? ''}${text.completion}`)),
    labels: texts.map((text) => (typeof text === 'string' ? '' : JSON.stringify(text.completion))),
    classes: texts.map(() => []),
    nouns: isPlain ? { text: 'text', label: '' } : { text: 'prompt', label: 'completion' },
  };
}

/** Kinds of findings by the notes of readers; any other note is a warning. */
const noteKinds: readonly { readonly is: RegExp; readonly kind: Finding['kind']; readonly misleads: boolean }[] = [
  { is: /are separate classes|if it separates labels/, kind: 'label', misleads: true },
  { is: /without a label skipped/, kind: 'unlabeled', misleads: true },
  { is: /\bempty\b.* dropped \(lines? .*\)$/, kind: 'empty', misleads: false },
  { is: /^.*: [\d,]+ duplicate rows? dropped/, kind: 'double', misleads: false },
];

function noteFinding(note: string, { skipUnlabeled }: CheckFlags): Finding {
  const { kind, misleads } = noteKinds.find(({ is }) => is.test(note)) ?? ({ kind: 'note', misleads: false } as const);
  const count = Number(/: ([\d,]+) /.exec(note)?.[1].replaceAll(',', '') ?? 1);
  if (kind !== 'unlabeled') return { kind, misleads, count, message: note };
  const message = `${note.replace(' skipped', '')}; fill them in, or pass --skip-unlabeled`;
  return skipUnlabeled ? { kind, misleads: false, count, message: note } : { kind, misleads, count, message };
}
