import type { RunData, RunFacts } from '../report-data';

/** Precision, recall and F1 of a type of entity, and how many there are. */
export interface EntityScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}

/** Everything the report of a run of token classification shows. */
export interface TokenRunData extends Omit<RunData, 'test'> {
  summary: RunFacts & {
    /** Of whole entities; absent where tags stand for themselves. */
    readonly precision?: number;
    readonly recall?: number;
    readonly f1?: number;
    readonly accuracy: number;
    readonly perEntity: Readonly<Record<string, EntityScores>>;
    readonly scheme: string;
    readonly mode: string;
  };
}

/** Everything the report of a run of masked language modelling shows. */
export interface MaskedLmRunData extends Omit<RunData, 'test'> {
  summary: RunFacts & {
    readonly perplexity: number;
    readonly accuracy: number;
    readonly chunks: number;
    readonly testChunks: number;
    readonly chunkLength: number;
  };
}
