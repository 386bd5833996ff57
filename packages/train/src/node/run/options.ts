import type { Engine, QuantisedFormat } from '@attune/engine';
import type { LoraOptions, ProblemType } from '@attune/models';
import type { DownloadProgress } from '@attune/models/node';
import type { TrainingArguments } from '../../arguments/arguments';
import type { Callback, EventListener } from '../../loop/events';
import type { DataParts, LabelOf } from '../../tasks/sequence/examples';
import type { BaselineMode } from '../sequence/baseline';

/** What `fitSequenceClassifier` takes. */
export interface FitOptions<P extends ProblemType = 'single_label_classification'> extends RunOptions {
  /** One label a text unless given; `multi_label_classification` learns any number of them, `regression` a number. */
  readonly problemType?: P;
  readonly data: DataParts<LabelOf[P]>;
  /**
   * Chooses after training, on the validation part, from which scores labels are given, for the best macro-F1: a threshold a
   * label, or offsets where a text has one label. The model's `attune.json` has them, and predictors use them.
   */
  readonly tuneThreshold?: boolean;
  /** Fits a temperature on the validation part, which predictors divide logits by. */
  readonly calibrate?: boolean;
  /**
   * The yardstick beside the model: with its own settings unless given, `tuned` on the validation part (by macro-F1 where
   * `metricForBestModel` is that, else by accuracy), or `none`.
   */
  readonly baseline?: BaselineMode;
  /** Reports also what a mix of the model's and the baseline's probabilities is worth, in shares chosen on the validation part. */
  readonly mixBaseline?: boolean;
}

/** What a run of any task takes besides its data. */
export interface RunOptions {
  /** A directory, a hub id, or `new`. */
  readonly model: string;
  /** Branch, tag or commit of a hub id; default `main`. */
  readonly revision?: string;
  /** A new model's `config.json` where it differs from the default, under Hugging Face's names. */
  readonly newConfig?: Readonly<Record<string, unknown>>;
  readonly arguments?: Partial<TrainingArguments>;
  /**
   * Freezes the model and trains low-rank adapters beside the matrices it names. `model/` is then the model with the adapters
   * in its matrices, and `adapter/` holds them alone, in PEFT's files.
   */
  readonly lora?: LoraOptions;
  /**
   * Reads the matrices of the frozen model as 8-bit or 4-bit codes, beside which adapters train (QLoRA); needs `lora`. What is
   * trained whole stays float32, and so does the layer that makes the logits. Without `mergeAdapter` there is then no `model/`.
   */
  readonly quantize?: QuantisedFormat;
  /**
   * Whether `model/` is written, the whole model in float32 with the adapters in it, and measured; as `quantize` is not given unless
   * said. Else `adapter/` has the tokenizer too, and what loads the run reads the model it was trained from beside it.
   */
  readonly mergeAdapter?: boolean;
  readonly engine: Engine;
  /** The run directory. */
  readonly out: string;
  readonly overwrite?: boolean;
  /** Goes on from the run directory's newest whole checkpoint; everything else must be as it was. */
  readonly resume?: boolean;
  /** Added to the run's `config.json`: where the data came from. */
  readonly provenance?: Readonly<Record<string, unknown>>;
  readonly onEvent?: EventListener;
  /** Told of every event in turn, and closed at the end: `tensorBoard`, `wandbOffline`, your own. */
  readonly callbacks?: readonly Callback[];
  /** Told how the download of a hub id goes. */
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Told what the user should know and the results do not show. */
  readonly onNote?: (note: string) => void;
  readonly signal?: AbortSignal;
}
