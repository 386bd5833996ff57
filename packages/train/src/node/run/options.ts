import type { Engine, QuantizedFormat } from '@attune/engine';
import type { StopSignal } from '@attune/internal';
import type { LoraOptions } from '@attune/models';
import type { DownloadProgress } from '@attune/models/node';
import type { TrainingArguments } from '../../arguments/arguments';
import type { Callback, EventListener } from '../../loop/events';
import type { RunInput } from './inputs';

/** Options of a run of any task, besides its data. */
export interface RunOptions {
  /** What training starts from: a directory, a hub id, or `new`. */
  readonly model: string;
  /** Branch, tag or commit of a hub id; default `main`. */
  readonly revision?: string;
  /**
   * A new model's `config.json` under Hugging Face's names: a whole one, with `model_type` and every size, or what differs from a small model.
   * Default that small model.
   */
  readonly newConfig?: Readonly<Record<string, unknown>>;
  /** How to train, under Hugging Face's names; default those of `trainingArguments`. */
  readonly arguments?: Partial<TrainingArguments>;
  /**
   * Freezes the model and trains low-rank adapters beside the matrices it names. `model/` is then the model with the adapters in its matrices,
   * and `adapter/` holds them alone, in PEFT's files. `{ r: 8 }` is enough: alpha is then twice the rank, and all linear modules are adapted.
   * Default none: all of the model trains.
   */
  readonly lora?: LoraOptions;
  /**
   * Reads the matrices of the frozen model as 8-bit or 4-bit codes, beside which adapters train (QLoRA); needs `lora`. Modules that are
   * trained in full stay float32, and so does the layer that makes the logits. Without `mergeAdapter` there is then no `model/`. Default
   * float32 throughout.
   */
  readonly quantize?: QuantizedFormat;
  /**
   * Merges the adapters and writes `model/`, the whole model in float32; default true without `quantize`. Else `adapter/` has the
   * tokenizer too, and the run is loaded with the base that it was trained from.
   */
  readonly mergeAdapter?: boolean;
  /** What computes, opened: `await openEngine()`. It stays open. */
  readonly engine: Engine;
  /** The run directory, made where it is not there. */
  readonly out: string;
  /** Removes the run that is there; refused where that is what this one reads. Default false. */
  readonly overwrite?: boolean;
  /** Files that the run's data came from: `overwrite` is refused where it would remove them. The model need not be named. Default none. */
  readonly inputs?: readonly RunInput[];
  /**
   * Resumes from the run directory's newest whole checkpoint; all other options must be as they were. Arguments that are left out are those
   * that the run recorded. A larger `numTrainEpochs` or `maxSteps` extends it, the schedule going on as the longer run's. Default false.
   */
  readonly resume?: boolean;
  /**
   * Keeps the checkpoints once the run has ended, so that it can be extended with `resume`; default false. `until-reported` leaves it to
   * the caller to remove them with `endCheckpoints`, once what is made of the results is written.
   */
  readonly keepCheckpoints?: boolean | 'until-reported';
  /** Added to the run's `config.json`: where the data came from. Default nothing. */
  readonly provenance?: Readonly<Record<string, unknown>>;
  /** Receives every step, record of the loss and evaluation, as they happen; default none. */
  readonly onEvent?: EventListener;
  /** Receive every event in turn, and are closed at the end: `tensorBoard`, `wandbOffline`, your own. Default none. */
  readonly callbacks?: readonly Callback[];
  /** Receives the progress of a download from the hub; default none. */
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Receives notes that the user should know and the results do not show; default none. */
  readonly onNote?: (note: string) => void;
  /** Notes with what a person would say of the settings and of what came of them; default true. */
  readonly hints?: boolean;
  /** Aborting ends the run after the step at hand, saved. One with `hold` is held only while something would be lost otherwise. Default none. */
  readonly signal?: StopSignal;
}
