// 95 % intervals of the metrics on a page, by bootstrap over the texts.
import { bootstrapInterval, pairedBootstrap, type Statistic } from '@attune/metrics';

/** A metric, or a difference of two, and its 95 % interval. */
export interface Estimate {
  /** The value over all examples. */
  readonly estimate: number;
  /** Lower bound of the interval. */
  readonly low: number;
  /** Upper bound of the interval. */
  readonly high: number;
}

/** A metric of the drawn examples. */
type Metrics<Name extends string> = Readonly<Record<Name, Statistic>>;

/** Number of draws: fewer for many texts, whose quantiles vary little. */
const settingsFor = (n: number) =>
  ({ samples: Math.min(1000, Math.max(300, Math.round(1e7 / n))), method: 'percentile', seed: 42 }) as const;

/** The interval of each metric over `n` examples. */
export function intervalsOf<Name extends string>(n: number, metrics: Metrics<Name>): Record<Name, Estimate> {
  return mapped(metrics, (metric) => bootstrapInterval(n, metric, settingsFor(n)));
}

/** The difference between each of the first metrics and the second metric of that name, on the same examples. */
export function differencesOf<Name extends string>(
  n: number,
  own: Metrics<Name>,
  other: Metrics<Name>,
): Record<Name, Estimate> {
  return mapped(own, (metric, name) => {
    const { difference, low, high } = pairedBootstrap(n, metric, other[name], settingsFor(n));
    return { estimate: difference, low, high };
  });
}

/** `ahead` or `behind` if 0 lies outside the interval of a difference. */
export function shownBy({ low, high }: Pick<Estimate, 'low' | 'high'>): 'ahead' | 'behind' | 'nothing' {
  if (low > 0) return 'ahead';
  return high < 0 ? 'behind' : 'nothing';
}

interface Classes {
  readonly yTrue: ArrayLike<number>;
  readonly yPred: ArrayLike<number>;
}

/** Accuracy and macro-F1 (over the classes in truth or prediction) of class ids below `classes`. */
export function classStatistics({ yTrue, yPred }: Classes, classes: number): Metrics<'accuracy' | 'macroF1'> {
  const [truth, predicted] = [Int32Array.from(yTrue), Int32Array.from(yPred)];
  const right = Uint8Array.from(truth, (id, i) => Number(id === predicted[i]));
  const [hits, named] = [new Int32Array(classes), new Int32Array(classes)];
  const macroF1: Statistic = (drawn) => {
    hits.fill(0);
    named.fill(0);
    for (let k = 0; k < drawn.length; k++) {
      const i = drawn[k];
      named[truth[i]]++;
      named[predicted[i]]++;
      hits[truth[i]] += right[i];
    }
    return macroOf({ hits, named }, { onlyNamed: true });
  };
  return { accuracy: meanOf(right), macroF1 };
}

interface Counts {
  readonly hits: Int32Array;
  /** Number of times that a label is true and predicted. */
  readonly named: Int32Array;
}

/** Mean F1 of labels; a label that is neither true nor predicted counts as 0, or is left out. */
function macroOf({ hits, named }: Counts, { onlyNamed }: { readonly onlyNamed: boolean }): number {
  let [total, counted] = [0, 0];
  for (let id = 0; id < named.length; id++) {
    if (named[id] > 0) total += (2 * hits[id]) / named[id];
    if (named[id] > 0 || !onlyNamed) counted++;
  }
  return total / counted;
}

/** The label ids of each text. */
interface Sets {
  readonly yTrue: readonly (readonly number[])[];
  readonly yPred: readonly (readonly number[])[];
}

/** Share of texts with all labels right, micro-F1 and macro-F1 of label ids below `labels`. */
export function setStatistics({ yTrue, yPred }: Sets, labels: number): Metrics<'accuracy' | 'microF1' | 'macroF1'> {
  const hitsOf = yTrue.map((own, i) => own.filter((id) => yPred[i].includes(id)));
  const namedOf = yTrue.map((own, i) => [...own, ...yPred[i]]);
  const [hits, named] = [new Int32Array(labels), new Int32Array(labels)];
  const counted = (drawn: Uint32Array): Counts => {
    hits.fill(0);
    named.fill(0);
    for (let k = 0; k < drawn.length; k++) {
      for (const id of namedOf[drawn[k]]) named[id]++;
      for (const id of hitsOf[drawn[k]]) hits[id]++;
    }
    return { hits, named };
  };
  const [hitCounts, nameCounts] = [hitsOf, namedOf].map((rows) => rows.map((row) => row.length));
  const isRight = yTrue.map((own, i) => Number(hitCounts[i] === own.length && own.length === yPred[i].length));
  const [hitMean, nameMean] = [meanOf(hitCounts), meanOf(nameCounts)];
  return {
    accuracy: meanOf(isRight),
    microF1: (drawn) => (2 * hitMean(drawn)) / (nameMean(drawn) || 1),
    macroF1: (drawn) => macroOf(counted(drawn), { onlyNamed: false }),
  };
}

/** Mean absolute and root mean squared error. */
export function errorStatistics({ yTrue, yPred }: Classes): Metrics<'mae' | 'rmse'> {
  const errors = Array.from(yPred, (value, i) => value - yTrue[i]);
  const [absolute, squared] = [meanOf(errors.map(Math.abs)), meanOf(errors.map((error) => error ** 2))];
  return { mae: absolute, rmse: (drawn) => Math.sqrt(squared(drawn)) };
}

/** Entity counts of a sentence. */
export interface EntityCounts {
  readonly found: number;
  readonly truth: number;
  readonly predicted: number;
}

/** F1 of whole entities, over sentences. */
export function entityStatistics(sentences: readonly EntityCounts[]): Metrics<'f1'> {
  return {
    f1(drawn) {
      let [found, named] = [0, 0];
      for (const i of drawn) {
        found += sentences[i].found;
        named += sentences[i].truth + sentences[i].predicted;
      }
      return named === 0 ? 0 : (2 * found) / named;
    },
  };
}

function meanOf(values: ArrayLike<number>): Statistic {
  return (drawn) => {
    let total = 0;
    for (let k = 0; k < drawn.length; k++) total += values[drawn[k]];
    return total / drawn.length;
  };
}

const mapped = <Name extends string, Value>(metrics: Metrics<Name>, of: (metric: Statistic, name: Name) => Value) =>
  Object.fromEntries((Object.keys(metrics) as Name[]).map((name) => [name, of(metrics[name], name)])) as Record<
    Name,
    Value
  >;
