// The work of a task for `fitRun`, and its results.
import type { HostTensor } from '@attune/engine';
import type { Tokenizer } from '@attune/tokenizer';
import type { TrainingArguments } from '../../arguments/arguments';
import type { EvaluationListener } from '../../loop/evaluate';
import type { EvaluationEvent, LossEvent } from '../../loop/events';
import type { Examples } from '../../loop/task';
import type { TrainOptions } from '../../loop/train-options';
import type { FinishedModel } from '../model/finished-model';
import type { ModelSource } from '../model/origin';
import type { TrainableShare } from './share';

/** A prepared fit of any task: everything is checked, and nothing is written yet. */
export interface PreparedFit<Data extends Examples, Results extends TaskResults>
  extends Pick<TrainOptions<Data>, 'model' | 'parameters' | 'task' | 'evaluationTask' | 'data'> {
  /** All arguments, `maxLength` included. */
  readonly args: TrainingArguments & {
    /** Most tokens per example, special tokens included. */
    readonly maxLength: number;
  };
  /** The model's tokenizer, which is saved with it. */
  readonly tokenizer: Tokenizer;
  /** The test part, which must not change before the run is resumed; absent for none. */
  readonly test?: Data;
  /** The origin of the model, for the run's `config.json`. */
  readonly origin?: ModelSource;
  /** Settings of the task in addition to the arguments, for the run's `config.json`, such as a tagger's scheme. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further files of `model/` by name, in place of the tokenizer's of that name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Peak bytes of other work after training, such as a baseline. Default 0. */
  readonly besideBytes?: number;
  /** SHA-256 of the teachers' targets, which must not change before the run is resumed. Absent without a teacher. */
  readonly teacherHash?: string;
  /** Measures the published model on the reported part. */
  results(finished: FinishedModel, onProgress?: EvaluationListener): Promise<Results>;
  /** Tunes the decision of the trained model before it is written, and measures in place of `results`. */
  decide?(finished: FinishedModel, onProgress?: EvaluationListener): Promise<Decided<Results>>;
}

/** The changes of tuning to a trained model. */
export interface Decided<Results extends TaskResults> {
  /** Parameters in place of the trained ones in `model/` and `adapter/`, by name; checkpoints keep the trained ones. */
  readonly replaced: Readonly<Record<string, HostTensor>>;
  /** Measures the published model on the reported part. */
  results(finished: FinishedModel, onProgress?: EvaluationListener): Promise<Results>;
}

/** The results of a task; `metrics` go into the summary. */
export interface TaskResults {
  /** The first entries of `summary.json`. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** The entry `decision` of `attune.json`; of `config.json` too, where other programs have to apply it. */
  readonly decision?: Readonly<Record<string, unknown>> & {
    /** Whether the model's own last layer applies it. */
    readonly applied: boolean;
  };
  /** The one answer for the whole reported part, for a hint: `"farm" is predicted for all 30 test texts`. */
  readonly sameAnswer?: string;
}

/** Facts of a training, in every summary. */
export interface TrainingFacts extends TrainableShare {
  /** The epochs of the arguments. */
  readonly epochs: number;
  /** Passes over the data in fact, with a fraction: fewer after early stopping, or the number that `maxSteps` gives. */
  readonly epochsDone: number;
  /** Passes over the data before the best evaluation, with a fraction. */
  readonly bestEpoch: number;
  /** Optimizer steps before the best evaluation. */
  readonly bestStep: number;
  /** Number of optimizer steps. */
  readonly steps: number;
  /** Wall time of training, including evaluations. */
  readonly seconds: number;
  /** Real tokens per second of training, without evaluations. */
  readonly tokensPerSecond: number;
  /** Name of the engine of training. */
  readonly engine: string;
}

/** The result of `fitRun`. */
export interface FittedRun<Results extends TaskResults> {
  /** The metrics and facts of `summary.json`. */
  readonly summary: Results['metrics'] & TrainingFacts;
  /** The settings of the run, as in `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  /** The results of the task, including those that are not in `summary.json`. */
  readonly results: Results;
}
