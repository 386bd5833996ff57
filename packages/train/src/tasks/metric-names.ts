import type { TagScheme } from '@attune/metrics';
import type { ModelTask, ProblemType } from '@attune/models';
import type { MetricName } from '../loop/metric-direction';
import { causalLmMetricNames } from './causal-lm/task';
import { maskedLmMetricNames } from './masked-lm/task';
import { problems } from './sequence/problems';
import { tokenMetricNames } from './token/task';

/** The task of a run, as far as its metrics depend on it. */
export interface MeasuredRun {
  /** The task of the head. */
  readonly task: ModelTask;
  /** Of sequence classification; default one label per text. */
  readonly problemType?: ProblemType;
  /** Of token classification; default IOB2. */
  readonly scheme?: TagScheme | 'none';
}

/**
 * The metrics of a run's evaluations, any of which can choose the best model.
 *
 * @example
 * metricNames({ task: 'sequence-classification', problemType: 'regression' }); // ['loss', 'mse', 'rmse', 'mae', 'r2']
 */
export function metricNames({ task, problemType = 'single_label_classification', scheme }: MeasuredRun): string[] {
  const names: Record<ModelTask, () => readonly MetricName[]> = {
    'sequence-classification': () => problems[problemType].metricNames,
    'token-classification': () => tokenMetricNames(scheme),
    'masked-lm': () => maskedLmMetricNames,
    'causal-lm': () => causalLmMetricNames,
  };
  return ['loss', ...names[task]()];
}
