import type { DataFormat } from '@attune/data/node';
import type { RunOptions } from '@attune/train/node';
import type { PartsPlan } from '../data/parts';
import type { OutputFormat } from '../data/predictions';
import type { adapterOption, inferenceOptions, quantizeOption } from '../options/model';
import type { causalLmOptions, cleaningOptions, dataFormatOption, schemeOption } from '../options/tasks';
import type { TrainFlags } from '../options/train';
import type { Flags } from '../program/command';
import type { Io } from '../program/process';

/** A task, as the commands see it: what `attune train`, `attune eval` and `attune predict` do with its data and models. */
export interface Task<Data = unknown, Summary extends object = object> {
  /** The options of `attune train` that not every task has. */
  readonly options: readonly (keyof TrainFlags)[];
  /** The default split of `--data`, if it is not 80/10/10 (90/10 with test data). */
  readonly split?: string;
  /** Reads and checks training data. */
  read(input: ReadInput): Promise<Data>;
  /** Trains and writes the run directory, including its report and model card; the results are printed before these two. */
  train(data: Data, input: TrainInput): Promise<void>;
  /** Formats the results of a training as text. */
  print(summary: Summary, flags: TrainFlags): string;
  /** Measures a trained model. */
  evaluate(input: EvaluateInput): Promise<Evaluated>;
  /** Writes the predictions of a trained model: a JSON line or CSV row per input row; for a tagger a CSV row per entity. */
  predict(input: PredictInput): Promise<void>;
}

export interface ReadInput {
  readonly flags: TrainFlags;
  readonly plan: PartsPlan;
  readonly seed: number;
  readonly onNote: (note: string) => void;
  /** Streams for the progress of downloads. */
  readonly io: Pick<Io, 'stderr'>;
  /** Whether the test part is not used. */
  readonly withoutTest: boolean;
}

export interface TrainInput {
  readonly flags: TrainFlags;
  readonly settings: RunOptions;
  /** Receives what `summary.json` holds, once it is written. */
  readonly onSummary: (summary: object) => Promise<void>;
}

/** Flags of `attune eval` that are not used by language models, which have no labels. */
export const labelFlags = [
  'label',
  'labelNames',
  'labelList',
  'scheme',
  'seenIn',
  'textPair',
  'labelSeparator',
  'threshold',
  'skipUnlabeled',
];

export interface EvaluateInput {
  /** A run, a model directory or a hub id. */
  readonly source: string;
  readonly flags: EvaluateFlags;
  readonly io: Io;
}

/** The flags of `attune eval` that tasks read. */
export interface EvaluateFlags extends Flags<typeof inferenceOptions & typeof causalLmOptions> {
  readonly data: string;
  readonly text?: string;
  readonly label?: string;
  readonly textPair?: string;
  readonly labelSeparator?: string;
  readonly labelNames?: readonly string[];
  readonly labelList?: readonly string[];
  readonly scheme?: SchemeFlag;
  readonly seenIn?: string;
  readonly format?: Flags<{ format: typeof dataFormatOption }>['format'];
  readonly delimiter?: string;
  readonly clean?: Flags<typeof cleaningOptions>['clean'];
  readonly skipUnlabeled?: boolean;
  readonly deduplicate?: boolean;
  readonly adapter?: Flags<{ adapter: typeof adapterOption }>['adapter'];
  readonly quantize?: Flags<{ quantize: typeof quantizeOption }>['quantize'];
}

type SchemeFlag = Flags<{ scheme: typeof schemeOption }>['scheme'];

export interface Evaluated {
  /** The output of `attune eval --json`. */
  readonly metrics: object;
  /** The metrics as text. */
  readonly lines: string;
}

export interface PredictInput {
  readonly source: string;
  readonly flags: PredictFlags;
  readonly io: Io;
}

/** The flags of `attune predict` that tasks read. */
interface PredictFlags extends Flags<typeof inferenceOptions> {
  readonly input: string;
  readonly output?: string;
  readonly outputFormat?: OutputFormat;
  readonly keep?: readonly string[];
  readonly topK?: number;
  readonly text?: string;
  readonly textPair?: string;
  readonly scheme?: SchemeFlag;
  readonly format?: DataFormat | 'conll';
  readonly delimiter?: string;
  readonly clean?: Flags<typeof cleaningOptions>['clean'];
}
