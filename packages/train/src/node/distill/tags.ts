import type { Engine } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import { averaged, type Taught } from '../../tasks/distillation';
import { rowsOf } from '../../tasks/logits';
import { problems } from '../../tasks/sequence/problems';
import {
  type EncodedSentences,
  type TaggedWords,
  type TokenExamplesOptions,
  tokenExamples,
} from '../../tasks/token/examples';
import { defaultStride, type WordWindow, wordWindows } from '../../tasks/token/windows';
import { windowLogits } from '../token/logits';
import { sentenceRows } from '../token/sentence';
import { rowsByLength } from './by-length';
import { type Asking, askTeacher, labelPlaces, type OpenTeacher, openTeacher } from './teacher';

// Teachers of tags, word by word: the tokenizers of student and teacher may split words differently.

/** Words of a sentence. */
export type Sentence = Pick<TaggedWords, 'words' | 'joined'>;

/** A teacher of tags. */
export type TagTeacher = OpenTeacher<Pick<WordWindow, 'ids' | 'reads'>, Float32Array[]>;

/** Opens a trained tagger. @throws AttuneError TEACHER_TASK for another model */
export const openTagTeacher = (
  source: string,
  options: { readonly engine: Engine; readonly onNote: (note: string) => void; readonly role?: string },
): Promise<TagTeacher> => openTeacher(source, { ...options, task: 'token-classification', reading: windowLogits });

/** A teacher's logits of every sentence's words, [words · labels], in the order of the student's labels; NaN for a word that it does not read. */
async function logitsFrom(
  teacher: TagTeacher,
  sentences: readonly Sentence[],
  { labels, ...asking }: Asking,
): Promise<readonly Float32Array[]> {
  const places = labelPlaces(teacher, labels);
  const width = labels.length;
  const textOf = ({ words, joined }: Sentence) => JSON.stringify([words, joined]);
  const said = await askTeacher(sentences, { ...asking, teacher, textOf, ask: (own) => teachingWords(teacher, own) });
  return said.map((rows) => Float32Array.from(rows, (_, i) => rows[i - (i % width) + places[i % width]]));
}

/** A teacher's logits of each sentence's words, [words · labels], NaN for a word that it does not read; they do not depend on the other sentences. */
const teachingWords = (teacher: TagTeacher, sentences: readonly Sentence[]) =>
  wordLogits(teacher, sentences, (windows) =>
    rowsByLength(windows, { tokens: teacher.batchTokens, rowsOf: (batch) => teacher.logits.of(batch) }),
  );

/** A teacher's logits of each sentence's words as `teachingWords`, in batches as prediction has them. */
export const askedWords = (teacher: TagTeacher, sentences: readonly Sentence[]) =>
  wordLogits(teacher, sentences, (windows) => teacher.logits.of(windows));

async function wordLogits(
  { tokenizer, maxLength, config, settings }: TagTeacher,
  sentences: readonly Sentence[],
  logitsOf: (windows: readonly WordWindow[]) => Promise<readonly Float32Array[]>,
): Promise<Float32Array[]> {
  const { stride = defaultStride(maxLength) } = settings as { readonly stride?: number };
  const windows = sentences.map(({ words, joined }) => wordWindows(words, { tokenizer, maxLength, stride, joined }));
  const all = await logitsOf(windows.flat());
  const { labels } = config;
  let at = 0;
  return sentences.map(({ words }, i) => {
    const own = windows[i].map((window) => ({ window, logits: all[at++] }));
    const { logits: rows, isRead } = sentenceRows(words.length, own, labels);
    isRead.forEach((read, word) => {
      if (!read) rows.fill(Number.NaN, word * labels.length, (word + 1) * labels.length);
    });
    return rows;
  });
}

/** The teachers' probabilities of every sentence's words at a temperature, averaged over the teachers that read a word: [words · labels] each. */
export async function saidOfWords(
  teachers: readonly TagTeacher[],
  sentences: readonly Sentence[],
  { temperature, ...asking }: Asking & { readonly temperature: number },
): Promise<readonly Float32Array[]> {
  const width = asking.labels.length;
  const { scores } = problems.single_label_classification;
  const each: (readonly Float32Array[])[] = [];
  for (const teacher of teachers) {
    const logits = await logitsFrom(teacher, sentences, asking);
    each.push(
      logits.map((own) =>
        scores(
          own.map((x) => x / temperature),
          width,
        ),
      ),
    );
  }
  return sentences.map((_, i) =>
    averaged(
      each.map((said) => said[i]),
      width,
    ),
  );
}

/** Sentences without tags as examples, with a label outside of the classes for each word that the student reads. */
export function untaggedExamples(sentences: readonly Sentence[], options: TokenExamplesOptions): EncodedSentences {
  const [any] = options.labels;
  const tagged = sentences.map(({ words, joined }) => ({ words, joined, tags: words.map(() => any) }));
  const { labels, ...examples } = tokenExamples(tagged, options);
  return { ...examples, labels: labels.map((own) => own.map((label) => (label < 0 ? label : noTag))) };
}

/** The label of a word that the head reads and that has no class. */
const noTag = -1;

/** Examples of tagged sentences, followed by those of sentences without tags. */
export function joinedExamples(
  tagged: EncodedSentences,
  untagged: EncodedSentences,
  sentences: number,
): EncodedSentences {
  return {
    ...tagged,
    sequences: [...tagged.sequences, ...untagged.sequences],
    labels: [...tagged.labels, ...untagged.labels],
    sentences: Int32Array.from([...tagged.sentences, ...untagged.sentences.map((own) => own + sentences)]),
  };
}

interface TaughtOptions {
  readonly labels: readonly string[];
  readonly alpha: number;
  /** Number of examples with tags. */
  readonly labeled: number;
  /** How the student reads sentences. */
  readonly encoding: TokenExamplesOptions;
  readonly onNote: (note: string) => void;
}

/**
 * The teachers' targets of the examples: for each place that the student reads, the probabilities of its word.
 *
 * @throws AttuneError TEACHER_WORDS where no teacher reads half of the words that the student reads
 */
export function taughtWords(
  sentences: readonly Sentence[],
  said: readonly Float32Array[],
  { labels, alpha, labeled, encoding, onNote }: TaughtOptions,
): Taught {
  const outputs = labels.length;
  const { tokenizer, maxLength, stride = 0 } = encoding;
  const read = sentences.flatMap(({ words, joined }, i) =>
    wordWindows(words, { tokenizer, maxLength, stride, joined })
      .filter(({ reads }) => reads.length > 0)
      .map(({ wordIds, reads }) => Array.from(reads, (place) => rowAt(said[i], wordIds[place], outputs))),
  );
  const starts = new Int32Array(read.length + 1);
  read.forEach((rows, i) => {
    starts[i + 1] = starts[i] + rows.length;
  });
  const targets = new Float32Array(starts[read.length] * outputs);
  read.flat().forEach((row, i) => targets.set(row, i * outputs));
  const unread = rowsOf(targets, outputs).filter(([first]) => Number.isNaN(first)).length;
  checkRead(unread, starts[read.length], onNote);
  return { targets, outputs, starts, alpha, labeled };
}

const rowAt = (rows: Float32Array, row: number, width: number) => rows.subarray(row * width, (row + 1) * width);

function checkRead(unread: number, words: number, onNote: (note: string) => void): void {
  if (unread === 0) return;
  const [few, all] = [unread, words].map((count) => count.toLocaleString('en'));
  if (2 * unread <= words) {
    onNote(
      `${few} of ${all} words consist of characters that the teacher's tokenizer drops, and learn from their labels alone`,
    );
    return;
  }
  throw new AttuneError(
    'TEACHER_WORDS',
    `teacher: expected a tokenizer that reads the words of the training sentences, it drops ${few} of ${all}; name a teacher of their language and script: --teacher`,
  );
}
