// A run's `predictions.jsonl` as the data of its page.
import type { PageData } from './predictions';
import { type Head, isKind, type Kind } from './predictions';
import type { Row } from './rows';

/** The content of `predictions.jsonl`. */
export interface SavedPredictions {
  /** The kind of page. */
  readonly kind: Kind;
  /** The heading of the page. */
  readonly title?: string;
  /** Further fields of the page's data. */
  readonly data: Partial<PageData>;
}

/**
 * Reads the lines that `predictionLines` wrote.
 *
 * @throws RangeError naming the line, counted from 1, that is not of this form
 * @example readPredictions(readFileSync('runs/sectors/predictions.jsonl', 'utf8')).kind // 'single-label'
 */
export function readPredictions(text: string): SavedPredictions {
  const [first, ...rest] = text.split('\n').filter((line) => line !== '');
  const head = parsed(first ?? '', 1).about as Head | undefined;
  if (!head || !isKind(head.kind)) throw unlike(1, 'a line about the predictions');
  const rows = rest.map((line, i) => parsed(line, i + 2));
  return { kind: head.kind, title: head.title, data: readers[head.kind](head, rows) as Partial<PageData> };
}

const unlike = (line: number, what: string) =>
  new RangeError(`line ${line}: expected ${what}, as training writes it; remove the file, or train again`);

function parsed(line: string, at: number): Row {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row;
  } catch {
    // said below
  }
  throw unlike(at, 'a JSON object');
}

type Reader = (head: Head, rows: readonly Row[]) => object;

const readers: Readonly<Record<Kind, Reader>> = {
  'single-label': (head, rows) => {
    const idOf = idsOf(head);
    const ids = (name: string) => Int32Array.from(rows, (row, i) => idOf(row[name], i));
    const has = (name: string) => rows.length > 0 && name in rows[0];
    return {
      ...ofLabels(head, 'single_label_classification'),
      test: {
        ...textsOf(head, rows),
        ...{ yTrue: ids('label'), yPred: ids('predicted'), scores: numbers(rows, 'score') },
        ...(has('trueScore') && { trueScores: numbers(rows, 'trueScore') }),
      },
      ...(has('baseline') && { baseline: { yPred: ids('baseline') } }),
    };
  },
  'multi-label': (head, rows) => {
    const { labels = [] } = head;
    const idOf = idsOf(head);
    const sets = (name: string) =>
      rows.map((row, i) => {
        const set = new Array<number>(labels.length).fill(0);
        for (const label of listIn(row, { name, i })) set[idOf(label, i)] = 1;
        return set;
      });
    const scores = new Float32Array(rows.length * labels.length);
    rows.forEach((row, i) => {
      for (const [label, score] of Object.entries((row.scores ?? {}) as Record<string, number>))
        scores[i * labels.length + idOf(label, i)] = score;
    });
    return {
      ...ofLabels(head, 'multi_label_classification'),
      test: { ...textsOf(head, rows), yTrue: sets('labels'), yPred: sets('predicted'), scores },
      ...(rows.length > 0 && 'baseline' in rows[0] && { baseline: { yPred: sets('baseline') } }),
    };
  },
  regression: (head, rows) => ({
    ...{ problemType: 'regression', cut: head.cut },
    test: { ...textsOf(head, rows), yTrue: numbers(rows, 'value'), yPred: numbers(rows, 'predicted') },
  }),
  tags: ({ file }, rows) => ({
    test: {
      file,
      sentences: rows.map((row, i) => ({
        ...{ words: listIn(row, { name: 'words', i }), tags: listIn(row, { name: 'tags', i }) },
        ...(typeof row.line === 'number' && { line: row.line }),
      })),
      predicted: rows.map((row, i) => ({ tags: listIn(row, { name: 'predicted', i }) })),
    },
  }),
  completions: (_, samples) => ({ samples }),
  guesses: ({ before }, guesses) => ({ before, guesses }),
};

function idsOf({ labels = [] }: Head): (label: unknown, row: number) => number {
  const ids = new Map(labels.map((label, id) => [label, id]));
  return (label, row) => {
    const id = ids.get(label as string);
    if (id === undefined) throw unlike(row + 2, `one of the ${labels.length} labels`);
    return id;
  };
}

const ofLabels = ({ labels, labelNames, trainCounts, cut }: Head, problemType: string) => ({
  ...{ problemType, labels, labelNames, trainCounts, cut },
});

function textsOf({ file }: Head, rows: readonly Row[]) {
  const texts = rows.map(({ text }, i) => {
    if (typeof text === 'string') return text;
    throw unlike(i + 2, 'a text');
  });
  const hasLines = rows.length > 0 && rows.every(({ line }) => typeof line === 'number');
  return { texts, ...(hasLines && { lines: rows.map(({ line }) => line as number), file }) };
}

function numbers(rows: readonly Row[], name: string): number[] {
  return rows.map((row, i) => {
    const value = row[name];
    if (typeof value === 'number') return value;
    throw unlike(i + 2, `a number "${name}"`);
  });
}

function listIn(row: Row, { name, i }: { readonly name: string; readonly i: number }): readonly string[] {
  const value = row[name];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw unlike(i + 2, `a list of texts "${name}"`);
}
