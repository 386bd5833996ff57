import type { DataParts } from '../../tasks/sequence/examples';
import type { RunInputs } from '../run/inputs';
import type { FitOptions } from '../sequence/options';
import type { Rung, SearchStrategy } from './rungs';
import type { SearchSpace, TrialParameters } from './search-space';

/** The event of a fold that begins or has ended. */
export interface FoldEvent {
  /** Number, from 1. */
  readonly fold: number;
  /** Number of folds. */
  readonly folds: number;
  /** The directory of the fold's run. */
  readonly out: string;
  /** Its metrics, once it has ended. */
  readonly summary?: Readonly<Record<string, unknown>>;
  /** Whether it had ended earlier and was not run again. */
  readonly kept?: boolean;
}

/** Settings that all folds share. */
type Settings = Omit<FitOptions, 'data'>;

/** Options of `crossValidate`. */
export interface CrossValidateOptions<Data = DataParts> extends Settings {
  /** The data of each fold: the other parts for training, and the held-out part for results. */
  readonly folds: readonly Data[];
  /** Trains one fold; default `fitSequenceClassifier`. */
  readonly fit?: (
    options: Settings & {
      /** The data of the fold. */
      readonly data: Data;
    },
  ) => Promise<{
    /** Metrics of the fold, possibly nested. */
    readonly summary: object;
  }>;
  /** Receives each fold at its start and at its end; default none. */
  readonly onFold?: (event: FoldEvent) => void;
}

/** The result of one training of a trial. */
export interface TrialResult {
  /** Number, from 1. */
  readonly rung: number;
  /** Share of a full training. */
  readonly budget: number;
  /** The value of the objective; null for a training that diverged. */
  readonly value: number | null;
}

/** One trial of a search: its parameters and the results of its trainings. */
export interface Trial {
  /** Number, from 1. */
  readonly trial: number;
  /** Its training arguments, by name. */
  readonly parameters: TrialParameters;
  /** Results of its trainings, in the order of rungs. */
  readonly results: readonly TrialResult[];
}

/** The event of a trial that begins or has ended. */
export interface TrialEvent {
  /** The trial, with the results so far. */
  readonly trial: Trial;
  /** Number, from 1. */
  readonly rung: number;
  /** All rounds of the search. */
  readonly rungs: readonly Rung[];
  /** Number of ended trainings, including this one once it has a result. */
  readonly done: number;
  /** Number of trainings in all rounds. */
  readonly total: number;
  /** The result of the training, once it has ended. */
  readonly result?: TrialResult;
}

/** Trains with the given parameters for a share of a full training, in its own directory, and returns the value of the objective. */
export type RunTrial = (
  parameters: TrialParameters,
  budget: number,
  directory: string,
) => Promise<{
  /** Value of the objective; one that is not finite ranks last. */
  readonly value: number;
}>;

/** The objective of a search. */
export interface Objective {
  /** A metric of the validation part. */
  readonly metric: string;
  /** Whether the highest value is the best. */
  readonly greaterIsBetter: boolean;
}

/** Options of `search`. */
export interface SearchOptions extends Pick<RunInputs, 'inputs'> {
  /** The candidate values of each parameter, from `parseSearchSpace`. */
  readonly space: SearchSpace;
  /** Number of trials. */
  readonly trials: number;
  /** `random` (the default) trains each trial in full, `halving` most trials only for a share of it. */
  readonly strategy?: SearchStrategy;
  /** The metric to improve, from `objectiveOf`. */
  readonly objective: Objective;
  /** Seed of the drawn parameters; default 0. */
  readonly seed?: number;
  /** Factor of halving: the best 1 / eta of a rung continue, for eta times as long; default 3. */
  readonly eta?: number;
  /** Least share of a full training in halving; default ⅓. */
  readonly leastBudget?: number;
  /** Trains with the parameters of a trial, and returns the value of the objective. */
  readonly runTrial: RunTrial;
  /** The directory of the search, created if it is missing. */
  readonly out: string;
  /** Resumes from an existing `search.json`; all other options must be unchanged. Default false. */
  readonly resume?: boolean;
  /** Removes an existing search; default false. */
  readonly overwrite?: boolean;
  /** More settings that decide the search: written to `search.json`, and required to be equal in a resumed search. Default none. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Receives each training at its start and at its end; default none. */
  readonly onTrial?: (event: TrialEvent) => void;
  /** Checked before each trial; `runTrial` has to stop the current one. Default none. */
  readonly signal?: AbortSignal;
}
