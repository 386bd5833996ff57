import type { Engine, QuantizedFormat } from '@attune/engine';
import type { StopSignal } from '@attune/internal';
import type { LoraOptions } from '@attune/models';
import type { DownloadProgress } from '@attune/models/node';
import type { TrainingArguments } from '../../arguments/arguments';
import type { Callback, EventListener } from '../../loop/events';
import type { RunInput } from './inputs';

/** Options of a run of any task, except its data. */
export interface RunOptions {
  /** The initial model: a directory, a hub id, or `new`. */
  readonly model: string;
  /** Branch, tag or commit of a hub id; default `main`. */
  readonly revision?: string;
  /**
   * A new model's `config.json` under Hugging Face's names: a whole one, with `model_type` and every size, or changes to a small model.
   * Default that small model.
   */
  readonly newConfig?: Readonly<Record<string, unknown>>;
  /** Training arguments, under Hugging Face's names; defaults of `trainingArguments`. */
  readonly arguments?: Partial<TrainingArguments>;
  /**
   * Freezes the model and trains low-rank adapters of the named matrices. `model/` is then the model with the adapters merged,
   * and `adapter/` holds only the adapters, in PEFT's files. For `{ r: 8 }` alpha is twice the rank, and all linear modules are adapted.
   * Default none: the whole model is trained.
   */
  readonly lora?: LoraOptions;
  /**
   * Reads the matrices of the frozen model as 8-bit or 4-bit codes and trains adapters of them (QLoRA); requires `lora`. Modules that are
   * trained in full and the output layer stay float32. Without `mergeAdapter` no `model/` is written. Default
   * float32.
   */
  readonly quantize?: QuantizedFormat;
  /**
   * Merges the adapters and writes `model/`, the whole model in float32; default true without `quantize`. With false, `adapter/` has the
   * tokenizer too, and loading the run also reads its base.
   */
  readonly mergeAdapter?: boolean;
  /** The open engine: `await openEngine()`. It stays open. */
  readonly engine: Engine;
  /** The run directory, created if it is missing. */
  readonly out: string;
  /** Removes an existing run; refused where that would remove an input of this one. Default false. */
  readonly overwrite?: boolean;
  /** Files of the run's data, which `overwrite` must not remove. The model is included without being named. Default none. */
  readonly inputs?: readonly RunInput[];
  /**
   * Resumes from the run directory's newest whole checkpoint; all other options must be unchanged. Absent arguments are those
   * that the run recorded. A larger `numTrainEpochs` or `maxSteps` extends it, with the schedule of the longer run. Default false.
   */
  readonly resume?: boolean;
  /**
   * Keeps the checkpoints after the run has ended, so that it can be extended with `resume`; default false. With `until-reported`
   * the caller removes them with `endCheckpoints`, once its own results are written.
   */
  readonly keepCheckpoints?: boolean | 'until-reported';
  /** Entries added to the run's `config.json`, such as the origin of the data. Default none. */
  readonly provenance?: Readonly<Record<string, unknown>>;
  /** Receives every step, record of the loss and evaluation, as they happen; may be async, as `Callback.onEvent`. Default none. */
  readonly onEvent?: EventListener;
  /** Receive every event in order, and are closed at the end: `tensorBoard`, `wandbOffline`, your own. Default none. */
  readonly callbacks?: readonly Callback[];
  /** Receives the progress of a download from the hub; default none. */
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Receives notes for the user that the results do not show; default none. */
  readonly onNote?: (note: string) => void;
  /** Whether to note hints about the settings and the results; default true. */
  readonly hints?: boolean;
  /** Aborting saves after the current step and ends the run. A signal with `hold` is held only while work would be lost otherwise. Default none. */
  readonly signal?: StopSignal;
}
