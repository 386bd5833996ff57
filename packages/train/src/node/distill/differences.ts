import { pairedBootstrap } from '@attune/metrics';
import type { ProblemType } from '@attune/models';
import type { MultiLabelPredictions } from '../../tasks/sequence/multi-label';
import type { PredictionsOf } from '../../tasks/sequence/problems';
import type { ValuePredictions } from '../../tasks/sequence/regression';
import type { Predictions } from '../../tasks/sequence/single-label';
import { type Difference, differences } from '../sequence/comparison';

/** A metric of the examples that were drawn. */
type Statistic = (drawn: Uint32Array) => number;

/** Metrics by name, each of the examples that were drawn. */
type Statistics = Readonly<Record<string, Statistic>>;

/**
 * The student's metrics minus another model's on the same examples, each with its 95 % interval: accuracy and macro-F1 of one label per text;
 * accuracy of whole sets, micro-F1 and macro-F1 of several; MAE, RMSE and R² of a number. A paired bootstrap of 1,000 draws, shifted to the
 * difference.
 *
 * @example
 * differencesOf('regression', [student, teacher], 42).mae; // { estimate: -0.3, low: -0.5, high: -0.1 }
 */
export function differencesOf<P extends ProblemType>(
  problemType: P,
  [own, other]: readonly [PredictionsOf[P], PredictionsOf[P]],
  seed: number,
): Readonly<Record<string, Difference>> {
  if (problemType === 'single_label_classification')
    return { ...differences(own as Predictions, other as Predictions, seed) };
  const statisticsOf = (predictions: unknown) =>
    problemType === 'regression'
      ? valueStatistics(predictions as ValuePredictions)
      : setStatistics(predictions as MultiLabelPredictions);
  const [a, b] = [own, other].map(statisticsOf);
  const options = { samples: 1000, method: 'percentile', seed } as const;
  return Object.fromEntries(
    Object.entries(a).map(([name, statistic]) => {
      const { difference: estimate, low, high } = pairedBootstrap(own.texts.length, statistic, b[name], options);
      return [name, { estimate, low, high }];
    }),
  );
}

/** The metrics of sets of labels, from the few labels of each text. */
function setStatistics({ yTrue, yPred }: MultiLabelPredictions): Statistics {
  const labels = yTrue[0]?.length ?? 0;
  const [truth, predicted] = [yTrue, yPred].map((rows) => rows.map((row) => [...row.keys()].filter((id) => row[id])));
  const hits = truth.map((own, i) => own.filter((id) => yPred[i][id] === 1));
  const isRight = hits.map((own, i) => own.length === truth[i].length && own.length === predicted[i].length);
  const f1 = (hit: number, named: number) => (named === 0 ? 0 : (2 * hit) / named);
  const total = (drawn: Uint32Array, rows: readonly (readonly number[])[]) =>
    drawn.reduce((sum, i) => sum + rows[i].length, 0);
  return {
    accuracy: (drawn) => drawn.reduce((sum, i) => sum + Number(isRight[i]), 0) / drawn.length,
    microF1: (drawn) => f1(total(drawn, hits), total(drawn, truth) + total(drawn, predicted)),
    macroF1(drawn) {
      const [hit, named] = [new Float64Array(labels), new Float64Array(labels)]; // in the truth and in the predictions
      for (const i of drawn) {
        for (const id of truth[i]) named[id] += 1;
        for (const id of predicted[i]) named[id] += 1;
        for (const id of hits[i]) hit[id] += 1;
      }
      return hit.reduce((sum, own, id) => sum + f1(own, named[id]), 0) / labels;
    },
  };
}

function valueStatistics({ yTrue, yPred }: ValuePredictions): Statistics {
  const mean = (drawn: Uint32Array, of: (i: number) => number) =>
    drawn.reduce((sum, i) => sum + of(i), 0) / drawn.length;
  const squared = (i: number) => (yPred[i] - yTrue[i]) ** 2;
  return {
    mae: (drawn) => mean(drawn, (i) => Math.abs(yPred[i] - yTrue[i])),
    rmse: (drawn) => Math.sqrt(mean(drawn, squared)),
    r2(drawn) {
      const center = mean(drawn, (i) => yTrue[i]);
      const variance = mean(drawn, (i) => (yTrue[i] - center) ** 2);
      const residual = mean(drawn, squared);
      const isConstant = drawn.every((i) => yTrue[i] === yTrue[drawn[0]]); // the mean of equal numbers is rounded
      if (isConstant || variance === 0) return residual === 0 ? 1 : 0;
      return 1 - residual / variance;
    },
  };
}
