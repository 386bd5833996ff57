import type { DataParts } from '../../tasks/sequence/examples';
import type { RunInputs } from '../run/inputs';
import type { FitOptions } from '../sequence/options';
import type { Rung, SearchStrategy } from './rungs';
import type { SearchSpace, TrialParameters } from './search-space';

/** The event of a fold that begins or has ended. */
export interface FoldEvent {
  /** From 1. */
  readonly fold: number;
  /** Number of folds. */
  readonly folds: number;
  /** Where the fold's run is. */
  readonly out: string;
  /** Once it has ended. */
  readonly summary?: Readonly<Record<string, unknown>>;
  /** Whether it had ended before, and was not run again. */
  readonly kept?: boolean;
}

/** Settings that all folds share. */
type Settings = Omit<FitOptions, 'data'>;

/** Options of `crossValidate`. */
export interface CrossValidateOptions<Data = DataParts> extends Settings {
  /** The data of each fold: train on the others, and report on the part held out. */
  readonly folds: readonly Data[];
  /** Trains one fold; default `fitSequenceClassifier`. */
  readonly fit?: (
    options: Settings & {
      /** The data of the fold. */
      readonly data: Data;
    },
  ) => Promise<{
    /** Metrics of the fold, nested as they may be. */
    readonly summary: object;
  }>;
  /** Receives each fold, as it begins and once it has ended; default none. */
  readonly onFold?: (event: FoldEvent) => void;
}

/** The result of one training of a trial. */
export interface TrialResult {
  /** From 1. */
  readonly rung: number;
  /** The share of a full training. */
  readonly budget: number;
  /** Null for one that came to no finite number: a training that diverged. */
  readonly value: number | null;
}

/** One trial of a search: its parameters and the results of its trainings. */
export interface Trial {
  /** From 1. */
  readonly trial: number;
  /** What it is trained with, by argument. */
  readonly parameters: TrialParameters;
  /** Results of its trainings, in the order of rungs. */
  readonly results: readonly TrialResult[];
}

/** The event of a trial that begins or has ended. */
export interface TrialEvent {
  /** The trial, with the results so far. */
  readonly trial: Trial;
  /** From 1. */
  readonly rung: number;
  /** All rounds of the search. */
  readonly rungs: readonly Rung[];
  /** How many trainings have ended, this one included once it has a result. */
  readonly done: number;
  /** How many trainings there are in all rounds. */
  readonly total: number;
  /** The result of the training, once it has ended. */
  readonly result?: TrialResult;
}

/** Trains with some parameters for a share of a full training, in a directory of its own, and gives the objective's value. */
export type RunTrial = (
  parameters: TrialParameters,
  budget: number,
  directory: string,
) => Promise<{
  /** Value of the objective; one that is not finite ranks last. */
  readonly value: number;
}>;

/** The metric that a search improves. */
export interface Objective {
  /** A metric of the validation part. */
  readonly metric: string;
  /** Whether the highest value is the best. */
  readonly greaterIsBetter: boolean;
}

/** Options of `search`. */
export interface SearchOptions extends Pick<RunInputs, 'inputs'> {
  /** What is tried of each parameter, as `parseSearchSpace` reads it. */
  readonly space: SearchSpace;
  /** How many parameters to try. */
  readonly trials: number;
  /** `random` (the default) trains each trial in full, `halving` most of them for a share of it. */
  readonly strategy?: SearchStrategy;
  /** The metric to improve, as `objectiveOf` gives it. */
  readonly objective: Objective;
  /** Seed of the parameters that are tried; default 0. */
  readonly seed?: number;
  /** Halving's factor: the best 1 / eta of a rung go on, for eta times as long; default 3. */
  readonly eta?: number;
  /** Of halving: the smallest share of a full training that means something; default ⅓. */
  readonly leastBudget?: number;
  /** Trains with the parameters of a trial, and gives the value of the objective. */
  readonly runTrial: RunTrial;
  /** The directory of the search, made where it is not there. */
  readonly out: string;
  /** Goes on from the `search.json` that is there; all other options must be as they were. Default false. */
  readonly resume?: boolean;
  /** Removes the search that is there; default false. */
  readonly overwrite?: boolean;
  /** Further settings that decide the search: written to `search.json`, and required to be equal when it is resumed. Default none. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Receives each training, as it begins and once it has ended; default none. */
  readonly onTrial?: (event: TrialEvent) => void;
  /** Looked at before each trial; the trial at hand is `runTrial`'s to stop. Default none. */
  readonly signal?: AbortSignal;
}
