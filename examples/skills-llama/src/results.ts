import { table } from 'attune';
import type { Scored } from './lists';

/** Results of one model. Metrics of next tokens and malformed lists are a Llama's only. */
export interface Result extends Scored {
  readonly malformed?: number;
  /** Postings that leave no room for a list. */
  readonly tooLong?: number;
  /** Tokens written for the test postings. */
  readonly tokens?: number;
  /** To write or tag the test postings. */
  readonly seconds: number;
  readonly loss?: number;
  readonly weightedPrecision?: number;
  readonly weightedRecall?: number;
  readonly weightedF1?: number;
  readonly summary?: { readonly seconds: number; readonly trainableShare: number };
  /** The most that was resident in the process so far, in GB. */
  readonly memory?: number;
}

const heads = [
  '',
  'loss',
  'precision',
  'recall',
  'F1',
  'skills F1',
  'normalized',
  'equal lists',
  'malformed',
  'test s',
];

/** A line a result: figures of the next tokens, then of whole skills; then what training took. */
const percent = (share: number) => (100 * share).toFixed(1);

export function resultLines(results: Readonly<Record<string, Result>>, tested: number): string {
  const shown = (value: number | undefined) => (value === undefined ? '' : value.toFixed(3));
  const rows = Object.entries(results).map(([name, own]) => [
    name,
    ...[own.loss, own.weightedPrecision, own.weightedRecall, own.weightedF1].map(shown),
    ...[own.scores.exact.micro.f1, own.scores.normalized.micro.f1, own.scores.exact.equal].map(shown),
    ...[malformedOf(own, tested), own.seconds.toFixed(1)],
  ]);
  const training = Object.entries(results).flatMap(([name, { summary, memory }]) =>
    summary && memory
      ? [
          `${name}: ${summary.seconds.toFixed(0)} s of training, ${(100 * summary.trainableShare).toFixed(1)} % of the parameters trained, ${memory.toFixed(1)} GB at most so far`,
        ]
      : [],
  );
  const intervals = Object.entries(results).map(([name, { intervals, tokens, seconds }]) => {
    const { estimate, low, high } = intervals.normalized;
    const speed = tokens === undefined ? '' : `; ${(tokens / seconds).toFixed(0)} tokens written a second`;
    return `${name}: normalized F1 ${percent(estimate)} %, 95 % interval ${percent(low)} to ${percent(high)}${speed}`;
  });
  const notes = ['loss, precision, recall and F1 are of the next tokens; the rest is of whole skills'];
  if (Object.values(results).some(({ tooLong }) => tooLong))
    notes.push(
      'too long: the posting fills the context of the model, which has no room to write; an empty list was scored',
    );
  return [table([heads, ...rows]), '', ...notes, ...intervals, ...training].join('\n');
}

function malformedOf({ malformed, tooLong = 0 }: Result, tested: number): string {
  if (malformed === undefined) return '';
  return `${malformed} of ${tested - tooLong}${tooLong === 0 ? '' : `, ${tooLong} too long`}`;
}
